//! Reads the errors of TypeScript's compiler: `src/x.ts(3,5): error TS2322: ...` and the coloured `src/x.ts:3:5 - error TS2322: ...`.
//!
//! Source: TypeScript 5.4, `src/compiler/program.ts` (`formatDiagnostic`, `formatDiagnosticsWithColorAndContext`).

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, Needle, indent_of, is_blank, split_location, split_number};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `error TS2322: ...`.
pub(in crate::event) struct Diagnostics;

const SIGN: &str = "error TS";
static SIGN_NEEDLE: Needle = Needle::new(SIGN);
/// A message goes on below its first line for so long.
const LONGEST: usize = 20;

impl Dialect for Diagnostics {
    fn hints(&self) -> &'static [&'static str] {
        &[SIGN]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        let sign = SIGN_NEEDLE.find(text)?;
        let (before, code) = (text[..sign].trim_end(), &text[sign + "error ".len()..]);
        let n_digits = code[2..].bytes().take_while(u8::is_ascii_digit).count();
        let (kind, message) = code.split_at(2 + n_digits);
        let message = message.strip_prefix(": ").filter(|_| n_digits >= 4)?;
        let place = if before.is_empty() { None } else { Some(place(before)?) };
        // The parts of a nested message are indented; source lines begin with a number.
        let is_more =
            |line: &&Line<'_>| indent_of(&line.text) >= 2 && !is_blank(&line.text) && !line.text.contains('~') && !line.text.contains(SIGN);
        let n_more = lines[at + 1..].iter().take(LONGEST).take_while(is_more).count();
        let end = at + 1 + n_more;
        let message = lines[at + 1..end].iter().fold(message.to_owned(), |all, line| format!("{all}\n{}", line.text.trim_end()));
        let event =
            Event { raised_at: place, lines: lines[at].no..lines[end - 1].no + 1, ..Event::new(LanguageId::JAVASCRIPT, kind, message) };
        Some(Reading::failure(Failure::new(event), end))
    }
}

/// The place at the end of `before`, words of a build tool aside.
fn place(before: &str) -> Option<Place> {
    let before = before.trim_end_matches([':', '-', ' ']);
    let (file, line, column) = match before.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((file, numbers)) => {
            let (line, rest) = split_number(numbers)?;
            let (column, rest) = split_number(rest.strip_prefix(',')?)?;
            (file, line, rest.is_empty().then_some(column))
        }
        None => split_location(before)?,
    };
    let file = ["Error: ", "ERROR in ", "[ERROR] ", "error "].iter().find_map(|word| Some(file.rsplit_once(word)?.1)).unwrap_or(file);
    let is_path = !file.is_empty() && file.contains('.') && !file.starts_with(['"', '+', '#', '\'']);
    is_path.then(|| Place { file: file.trim_start().to_owned(), line: Some(line), column, function: None })
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn both_styles_name_the_place() {
        check(
            "src/x.ts(3,5): error TS2322: Type 'A' is not assignable to type 'B'.\n  Types of property 'c' are incompatible.\n",
            &["TS2322: Type 'A' is not assignable to type 'B'. @ src/x.ts:3"],
        );
        check(
            "src/x.ts:3:5 - error TS2322: no\n\n3     let x\n      ~~~~~\n\n\nFound 1 error in src/x.ts:3\n",
            &["TS2322: no @ src/x.ts:3"],
        );
        check("Error: src/x.ts:3:5 - error TS2304: no\n", &["TS2304: no @ src/x.ts:3"]);
        check("error TS5023: Unknown compiler option 'x'.\n", &["TS5023: Unknown compiler option 'x'."]);
    }

    #[test]
    fn prose_about_codes_is_silent() {
        check("we got error TS2322 again\nfixes error TS2322: see below\n// @ts-expect-error TSX\n", &[]);
    }
}
