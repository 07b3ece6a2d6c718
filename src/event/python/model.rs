//! Traces made from a model are read back to the model, whatever style they are printed in; traces cut anywhere break nothing.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::event::{Event, read};

/// One entry of a stack.
#[derive(Debug, Clone)]
struct Entry {
    file: String,
    line: u32,
    function: String,
    source: String,
}

/// One exception of a chain.
#[derive(Debug, Clone)]
struct Link {
    entries: Vec<Entry>,
    kind: String,
    message: String,
}

/// How a trace is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Style {
    Plain,
    Marked,
    Loguru,
    Pieces,
    Stripped,
    Rich,
    Streamlit,
    Notebook,
    Grouped,
}

const STYLES: [Style; 9] = [
    Style::Plain,
    Style::Marked,
    Style::Loguru,
    Style::Pieces,
    Style::Stripped,
    Style::Rich,
    Style::Streamlit,
    Style::Notebook,
    Style::Grouped,
];

fn entry() -> impl Strategy<Value = Entry> {
    let file = prop_oneof!["/home/[a-z]{1,8}/app/[a-z_]{1,9}\\.py", "[A-Z]:\\\\\\\\[a-z]{1,8}\\\\\\\\[a-z_]{1,9}\\.py"];
    let function = prop_oneof!["[a-z_][a-z0-9_]{0,9}", Just("<module>".to_owned()), Just("<lambda>".to_owned())];
    let source = "[a-z_]{1,9}\\([a-z0-9_, ='é]{0,20}\\)";
    (file, 1..3000_u32, function, source).prop_map(|(file, line, function, source)| Entry { file, line, function, source })
}

fn link() -> impl Strategy<Value = Link> {
    let kind = prop_oneof!["[A-Z][a-z]{1,9}Error", "[a-z]{1,6}\\.[a-z]{1,6}\\.[A-Z][a-z]{1,9}", Just("KeyboardInterrupt".to_owned())];
    let message = "[A-Za-z0-9'é]([A-Za-z0-9'é, ]{0,30}[A-Za-z0-9'é])?";
    (vec(entry(), 1..4), kind, message).prop_map(|(entries, kind, message)| Link { entries, kind, message })
}

fn chain() -> impl Strategy<Value = Vec<Link>> {
    vec(link(), 1..4).prop_filter("an exception raised again is the same one", |links| {
        links.iter().zip(links.iter().skip(1)).all(|(one, two)| (&one.kind, &one.message) != (&two.kind, &two.message))
    })
}

impl Style {
    fn print(self, links: &[Link]) -> String {
        let parts: Vec<String> = links.iter().map(|link| self.print_link(link)).collect();
        match self {
            Style::Pieces | Style::Stripped => {
                let sentence = "\nThe above exception was the direct cause of the following exception:\n\n";
                let text = parts.join(sentence);
                let record = |line: &str| match line {
                    "" if self == Style::Stripped => String::new(),
                    line => format!("[2026-01-02 03:04:05,678: WARNING/ForkPoolWorker-1] {line}\n"),
                };
                text.lines().map(record).collect::<Vec<_>>().concat()
            }
            _ => parts.join("\nDuring handling of the above exception, another exception occurred:\n\n"),
        }
    }

    fn print_link(self, link: &Link) -> String {
        let entries: Vec<String> = link.entries.iter().map(|entry| self.print_entry(entry)).collect();
        let last = if link.message.is_empty() { link.kind.clone() } else { format!("{}: {}", link.kind, link.message) };
        let entries = entries.concat();
        match self {
            Style::Rich => format!("╭{}╮\n{entries}╰{}╯\n{last}\n", title(118), "─".repeat(118)),
            Style::Streamlit => format!("{}\n{entries}{}\n{last}\n", title(120), "─".repeat(120)),
            Style::Notebook => {
                let name = link.kind.rsplit('.').next().unwrap();
                format!("{name}{:>w$}\n{entries}{name}: {}\n", "Traceback (most recent call last)", link.message, w = 75 - name.len())
            }
            Style::Pieces | Style::Stripped => {
                let pieces = if link.message.is_empty() { last } else { format!("{}\n:\n{}", link.kind, link.message) };
                format!("Traceback (most recent call last):\n{entries}{pieces}\n")
            }
            Style::Grouped => {
                let leaf = format!("Traceback (most recent call last):\n{entries}{last}\n");
                let leaf = leaf.lines().map(|line| format!("    | {line}\n")).collect::<Vec<_>>().concat();
                format!(
                    "  + Exception Group Traceback (most recent call last):\n  |   File \"g.py\", line 1, in <module>\n  |     run()\n  | ExceptionGroup: some (1 sub-exception)\n  +-+---------------- 1 ----------------\n{leaf}    +------------------------------------\n"
                )
            }
            Style::Loguru => format!("Traceback (most recent call last):\n\n{entries}{last}\n"),
            Style::Plain | Style::Marked => format!("Traceback (most recent call last):\n{entries}{last}\n"),
        }
    }

    fn print_entry(self, entry: &Entry) -> String {
        let Entry { file, line, function, source } = entry;
        let marks = "^".repeat(source.chars().count());
        let boxed = |text: &str| format!("│ {text:<116} │\n");
        let open = |text: &str| format!("  {text:<116}  \n");
        let page = |row: &dyn Fn(&str) -> String| {
            let rows = [format!("{file}:{line} in {function}"), String::new(), format!("❱ {line} {source}"), String::new()];
            rows.iter().map(|text| row(text)).collect::<Vec<_>>().concat()
        };
        match self {
            Style::Plain | Style::Grouped => format!("  File \"{file}\", line {line}, in {function}\n    {source}\n"),
            Style::Marked => format!("  File \"{file}\", line {line}, in {function}\n    {source}\n    {marks}\n"),
            Style::Loguru => {
                format!("> File \"{file}\", line {line}, in {function}\n    {source}\n    │ └ 'a value'\n    └ <function>\n\n")
            }
            Style::Pieces => format!("  File \"{file}\", line {line}, in {function}\n    \n{source}\n \n \n^\n^\n"),
            Style::Stripped => format!("File \"{file}\", line {line}, in {function}\n{source}\n^\n"),
            Style::Rich => page(&boxed),
            Style::Streamlit => page(&open),
            Style::Notebook => format!("File {file}:{line}, in {function}(a)\n----> {line} {source}\n\n"),
        }
    }
}

fn title(width: usize) -> String {
    let title = " Traceback (most recent call last) ";
    let left = (width - title.len()) / 2;
    format!("{}{title}{}", "─".repeat(left), "─".repeat(width - title.len() - left))
}

fn check_event(event: &Event, link: &Link, style: Style, text: &str) {
    let kind = if style == Style::Notebook { link.kind.rsplit('.').next().unwrap() } else { &link.kind };
    assert_eq!((event.kind.as_str(), event.headline()), (kind, link.message.as_str()), "{style:?}\n{text}");
    let seen: Vec<_> = event
        .frames
        .iter()
        .map(|frame| (frame.place.file.clone(), frame.place.line, frame.place.function.clone(), frame.source.clone()))
        .collect();
    let source = |entry: &Entry| Some(entry.source.trim().to_owned());
    let expected: Vec<_> =
        link.entries.iter().map(|entry| (entry.file.clone(), Some(entry.line), Some(entry.function.clone()), source(entry))).collect();
    assert_eq!(seen, expected, "{style:?}\n{text}");
    assert_eq!(event.raised_at.as_ref().map(|place| &place.file), expected.last().map(|(file, ..)| file));
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_style_is_read_back_to_its_model(links in chain(), style in 0..STYLES.len()) {
        let style = STYLES[style];
        let links = if style == Style::Grouped { &links[..1] } else { &links[..] };
        let text = format!("starting\n\n{}\ndone\n", style.print(links));
        let log = read(text.as_bytes());
        let (last, before) = links.split_last().unwrap();
        if style == Style::Grouped {
            prop_assert_eq!(log.events.len(), 2, "{}", text);
            prop_assert_eq!(log.events[1].within, Some(0));
            check_event(&log.events[1], last, style, &text);
        } else {
            prop_assert_eq!(log.events.len(), 1, "{}", text);
            check_event(&log.events[0], last, style, &text);
            let causes: Vec<&str> = log.events[0].causes.iter().map(|cause| cause.message.as_str()).collect();
            let expected: Vec<&str> = before.iter().rev().map(|link| link.message.as_str()).collect();
            prop_assert_eq!(causes, expected, "{}", text);
        }
    }

    #[test]
    fn a_trace_that_is_cut_anywhere_tells_of_no_other_exception(links in chain(), style in 0..STYLES.len(), from in 0..40_usize, n in 1..60_usize) {
        let text = STYLES[style].print(&links);
        let cut: Vec<&str> = text.lines().skip(from).take(n).collect();
        let cut = cut.join("\n");
        let log = read(cut.as_bytes());
        let n_lines = log.n_lines;
        for event in &log.events {
            let is_known = links.iter().any(|link| event.kind.rsplit('.').next() == link.kind.rsplit('.').next());
            prop_assert!(is_known || event.kind == "unknown" || event.kind == "ExceptionGroup", "{} in {:?}\n{}", event.kind, STYLES[style], cut);
            prop_assert!(event.lines.start >= 1 && event.lines.start < event.lines.end && event.lines.end <= n_lines + 1);
        }
    }

    #[test]
    fn pieces_of_all_styles_in_any_order_break_nothing(links in chain(), picks in vec((0..STYLES.len(), 0..60_usize, 1..6_usize), 0..20)) {
        let texts: Vec<String> = STYLES.iter().map(|style| style.print(&links)).collect();
        let pieces = picks.iter().flat_map(|&(style, from, n)| texts[style].lines().skip(from).take(n));
        let text = pieces.collect::<Vec<_>>().join("\n");
        let log = read(text.as_bytes());
        for event in &log.events {
            prop_assert!(event.lines.start >= 1 && event.lines.start < event.lines.end && event.lines.end <= log.n_lines + 1);
        }
    }
}
