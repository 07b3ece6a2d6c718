//! Takes out the block that Windows PowerShell builds round the first line a program writes to stderr, so that the line stands as it was written.
//!
//! The position line is localised (`At line:1 char:1`, `In riga:1 car:1`), so it is known by its shape. Blocks of PowerShell's own errors
//! stay: no program wrote what is in them.
//!
//! Source: Windows PowerShell 5.1, the `ErrorRecord` view of `System.Management.Automation`, with `NativeCommandError`.

use std::borrow::Cow;

use super::Layer;
use crate::event::line::{Line, is_blank};

/// `python : Traceback ...`, `At line:1 char:1`, `+ python x.py`, `    + FullyQualifiedErrorId : NativeCommandError`.
pub(super) struct ErrorRecord;

const ID: &str = "+ FullyQualifiedErrorId";
const NATIVE: &str = "NativeCommandError";
/// What an empty line of stderr becomes.
const EMPTY: &str = "System.Management.Automation.RemoteException";
/// The block is not longer than this, however narrow the console is.
const BLOCK: usize = 24;
/// So many lines of console width may the first line of stderr take.
const TEXT: usize = 8;

impl Layer for ErrorRecord {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut is_gone: Vec<usize> = Vec::new();
        let mut has_changed = false;
        for at in 0..lines.len() {
            let text = lines[at].text.trim_ascii();
            if text == EMPTY {
                lines[at].text = Cow::Borrowed("");
                has_changed = true;
            } else if text.starts_with(ID)
                && let Some(block) = Block::ending_at(lines, at, is_gone.last().map_or(0, |last| last + 1))
            {
                is_gone.extend(block.join(lines)..block.end);
            }
        }
        let mut gone = is_gone.iter().copied().peekable();
        let mut index = 0;
        lines.retain(|_| {
            index += 1;
            gone.next_if_eq(&(index - 1)).is_none()
        });
        has_changed || !is_gone.is_empty()
    }
}

/// The lines of one block, and the line before it that begins with the name of the command.
struct Block {
    start: usize,
    end: usize,
    /// Index of the line with the name, and the bytes that the name takes.
    speaker: Option<(usize, usize)>,
}

impl Block {
    /// Restores the line in the block, which the console's width may have broken. Says from which line on the block goes.
    fn join(&self, lines: &mut [Line<'_>]) -> usize {
        let Some((first, len)) = self.speaker else { return self.start };
        let widest = lines[first..self.start].iter().map(|line| line.text.len()).max().unwrap_or(0);
        let mut text = lines[first].text[len..].to_owned();
        for at in first + 1..self.start {
            // A blank at the end of a line may have been trimmed; only a long word reaches the edge without one.
            if lines[at - 1].text.len() < widest && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push_str(&lines[at].text);
        }
        lines[first].text = Cow::Owned(text);
        first + 1
    }

    /// The block whose last part begins at `lines[at]`, if a program's line is in it; lines before `floor` belong to another.
    fn ending_at(lines: &[Line<'_>], at: usize, floor: usize) -> Option<Block> {
        let mut end = end_of_id(lines, at)?;
        while lines.get(end).is_some_and(|line| line.text.trim_start().starts_with("+ PSComputerName")) {
            end += 1;
        }
        if lines.get(end).is_some_and(|line| is_blank(&line.text)) {
            end += 1;
        }
        let floor = floor.max(at.saturating_sub(BLOCK));
        let category = (floor..at).rev().find(|&at| lines[at].text.trim_start().starts_with("+ CategoryInfo")).unwrap_or(at);
        let start = position_before(lines, category, floor).unwrap_or(category);
        let speaker = (floor.max(start.saturating_sub(TEXT))..start)
            .rev()
            .take_while(|&at| !is_blank(&lines[at].text))
            .find_map(|at| Some((at, name_len(&lines[at].text)?)));
        Some(Block { start, end, speaker })
    }
}

/// The first line behind the name of the error, which the console's width may break.
fn end_of_id(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let (_, name) = lines[at].text.split_once(':')?;
    let mut name = name.trim().to_owned();
    let mut end = at + 1;
    while !name.starts_with(NATIVE) {
        let next = lines.get(end).map(|line| line.text.trim()).filter(|next| !next.is_empty())?;
        if !NATIVE.starts_with(&name) {
            return None;
        }
        name.push_str(next);
        end += 1;
    }
    Some(end)
}

/// The line that says where the command stands, before the `+ ` lines that show it.
fn position_before(lines: &[Line<'_>], category: usize, floor: usize) -> Option<usize> {
    let shows = |at: usize| lines[at].text.starts_with("+ ");
    let first = (floor + 1..category).rev().find(|&at| shows(at) && !shows(at - 1) && is_position(&lines[at - 1].text))?;
    // A narrow console breaks the path of a script too.
    let has_path = |at: usize| lines[at].text.contains(":\\");
    let is_tail = first - 1 > floor && !has_path(first - 1) && has_path(first - 2) && name_len(&lines[first - 2].text).is_none();
    Some(first - 1 - usize::from(is_tail && !is_whole_position(&lines[first - 1].text)))
}

/// `At line:1 char:1` in any language: it ends with a number behind a colon, and has another number before that.
fn is_position(text: &str) -> bool {
    let text = text.trim();
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_number = rest.len() < text.len();
    let head = rest.trim_end().strip_suffix([':', '：']);
    has_number && head.is_some_and(|head| head.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether the line names its line in its first words, as it does where there is no path to break.
fn is_whole_position(text: &str) -> bool {
    text.trim_start().chars().take_while(|c| !c.is_ascii_digit()).any(|c| matches!(c, ':' | '：')) && !text.contains('.')
}

/// The bytes of `python : ` at the start of `text`; the command may be a path, also one with blanks.
fn name_len(text: &str) -> Option<usize> {
    let (name, end) = match text.split_once(" : ") {
        Some((name, _)) => (name, name.len() + 3),
        None => (text.trim_end().strip_suffix(" :")?, text.len()),
    };
    let is_name = !name.is_empty() && !name.starts_with(' ') && (!name.contains(' ') || name.contains('\\'));
    is_name.then_some(end)
}

#[cfg(test)]
mod tests {
    use crate::event::layer::Layer;
    use crate::event::line::lines_of;
    use crate::event::read::outline;

    fn check(before: &str, after: &[&str]) {
        let mut lines = lines_of(before);
        super::ErrorRecord.peel(&mut lines);
        assert_eq!(lines.iter().map(|line| line.text.as_ref()).collect::<Vec<_>>(), after, "{before}");
    }

    fn block(name: &str, text: &str, position: &str) -> String {
        format!(
            "{name} : {text}\n{position}\n+ python x.py 2> err.txt\n+ ~~~~~~~~~~~~~~~~~~~~~~\n    + CategoryInfo          : NotSpecified: ({text}:String) [], RemoteException\n    + FullyQualifiedErrorId : NativeCommandError\n \n"
        )
    }

    const REST: &str = "  File \"C:\\app\\x.py\", line 3, in f\n    g()\nKeyError: 'a'\n";

    #[test]
    fn the_block_goes_in_every_language_and_its_line_stays() {
        for position in [
            "At line:1 char:1",
            "In riga:1 car:1",
            "Au caractère Ligne:1 : 1",
            "In Zeile:1 Zeichen:1",
            "En línea: 1 Carácter: 1",
            "No linha:1 caractere:1",
            "строка:1 знак:1",
            "所在位置 行:1 字符: 1",
            "発生場所 行:1 文字:1",
            "At C:\\Users\\me\\run all.ps1:23 char:5",
            "\u{fffd}\u{fffd}\u{fffd} \u{fffd}:1 \u{fffd}: 1",
        ] {
            for name in ["python", "py", "python.exe", "C:\\Program Files\\Python\\python.exe", ".\\run.cmd"] {
                let text = block(name, "Traceback (most recent call last):", position) + REST;
                assert_eq!(outline(&text), ["KeyError: 'a' @ C:\\app\\x.py:3 f"], "{text}");
            }
        }
        check(&(block("cargo", "    Finished x", "At line:1 char:1") + "after"), &["    Finished x", "after"]);
    }

    #[test]
    fn a_block_without_a_failure_is_silent() {
        for text in ["INFO:     Will watch", "   Compiling app v0.1.0 (C:\\app)", "warning: unused variable: `error`"] {
            assert_eq!(outline(&block("cargo", text, "At line:1 char:1")), [""; 0]);
        }
    }

    #[test]
    fn a_header_printed_twice_is_one_failure() {
        let header = "Traceback (most recent call last):";
        let text = block("python", header, "At line:1 char:1") + header + "\n" + REST;
        assert_eq!(outline(&text), ["KeyError: 'a' @ C:\\app\\x.py:3 f"]);
    }

    #[test]
    fn broken_and_remote_blocks_go_too() {
        check(
            "python : one two \nthree\nC:\\Users\\me\\a\\lo\nng.ps1:12 char:5\n+ python x\n+ ~~~~\n    + CategoryInfo          : NotSpec\n   ified: (one two three:String) [], RemoteException\n    + FullyQualifiedErrorId : NativeCo\n   mmandError\n\nafter",
            &["one two three", "after"],
        );
        check(
            "python : one\n    + CategoryInfo          : NotSpecified: (one:String) [], RemoteException\n    + FullyQualifiedErrorId : NativeCommandError\n    + PSComputerName        : localhost\n\nafter",
            &["one", "after"],
        );
        check("a\nSystem.Management.Automation.RemoteException\nb", &["a", "", "b"]);
    }

    /// Consoles of Chinese, Japanese and Korean break lines anywhere.
    #[test]
    fn a_block_and_its_trace_may_be_broken_anywhere() {
        let block = "python.exe : Traceback (most recent call last):\n所在位置 F:\\all things\\our runner\\auto_val\nidate.ps1:225 字符: 23\n+             $output = & $systemPython check_\nall.py 2>&1 | Out-Stri ...\n+                       ~~~~~~~~~~~~~~~~~~~~~~~\n~~~~~~~~~~~~~\n    + CategoryInfo          : NotSpecified: (T \n   raceback (most recent call last)::String)   \n  [], RemoteException\n    + FullyQualifiedErrorId : NativeCommandErr \n   or\n \n";
        let trace = [
            "  File \"F:\\all things\\our runner two\\tools\\check_all.py\", line 171, in <module>",
            "    main()",
            "    ~~~~^^",
            "UnicodeEncodeError: 'gbk' codec can't encode character 'x' in position 0: illegal multibyte sequence",
            " |",
        ];
        let wrapped = |line: &&str| {
            line.as_bytes().chunks(47).map(|part| String::from_utf8_lossy(part).into_owned() + "\n").collect::<Vec<_>>().concat()
        };
        let text = block.to_owned() + &trace.iter().map(wrapped).collect::<Vec<_>>().concat();
        assert_eq!(
            outline(&text),
            [
                "UnicodeEncodeError: 'gbk' codec can't encode character 'x' in position 0: illegal multibyte sequence @ F:\\all things\\our runner two\\tools\\check_all.py:171 <module>"
            ]
        );
    }

    #[test]
    fn a_message_may_be_broken_behind_a_blank_only() {
        let text = block("python", "Traceback (most recent call last):", "所在位置 行:1 字符: 1")
            + "  File \"D:\\tools\\fix_all.py\", line 76, in <module>\n    print(content)\nUnicodeEncodeError: 'gbk' codec can't encode character 'x' in position 0: \nillegal multibyte sequence\n\n";
        assert_eq!(
            outline(&text),
            [
                "UnicodeEncodeError: 'gbk' codec can't encode character 'x' in position 0: illegal multibyte sequence @ D:\\tools\\fix_all.py:76 <module>"
            ]
        );
    }

    #[test]
    fn errors_of_powershell_itself_stay() {
        let text = "foo : The term 'foo' is not recognized\nAt line:1 char:1\n+ foo\n+ ~~~\n    + CategoryInfo          : ObjectNotFound: (foo:String) [], CommandNotFoundException\n    + FullyQualifiedErrorId : CommandNotFoundException";
        check(text, &text.lines().collect::<Vec<_>>());
    }
}
