//! The `[event]` part of a rule: which failures it answers, and what it takes from their words.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;

use super::mark::Mark;
use super::symptom::Symptom;

/// Which failures a rule answers. All patterns that are there must fit.
#[derive(Debug)]
pub(super) struct Trigger {
    pub(super) faults: Vec<String>,
    pub(super) message: Option<Words>,
    pub(super) label: Option<Words>,
    pub(super) note: Option<Words>,
}

/// What a rule took from the words of a failure: its named groups, `fault`, and what the log marks.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    texts: BTreeMap<String, String>,
    pub(super) label: Option<Mark>,
    pub(super) marks: Vec<Mark>,
}

impl Groups {
    /// The text of a group; none where it took no part in the match.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// All groups with their texts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    fn take(&mut self, pattern: Option<&Words>, text: &str) -> bool {
        pattern.is_none_or(|pattern| pattern.groups_of(text).map(|groups| self.texts.extend(groups)).is_some())
    }
}

impl Trigger {
    /// What the failure says to this rule; none where the rule does not answer it.
    pub(super) fn answer(&self, symptom: &Symptom) -> Option<Groups> {
        self.faults.iter().find(|fault| names(fault, &symptom.kind))?;
        let fault = symptom.kind.rsplit('.').next().unwrap_or(&symptom.kind);
        let mut groups = Groups { marks: symptom.marks.clone(), ..Groups::default() };
        if !groups.take(self.message.as_ref(), &symptom.message) {
            return None;
        }
        if let Some(pattern) = &self.label {
            let (_, mark) = symptom.labels.iter().find(|(text, _)| groups.take(Some(pattern), text))?;
            groups.label.clone_from(mark);
        }
        if let Some(pattern) = &self.note {
            symptom.notes.iter().find(|note| groups.take(Some(pattern), note))?;
        }
        groups.texts.insert("fault".to_owned(), fault.to_owned());
        Some(groups)
    }

    /// The names of all groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.patterns().flat_map(|(_, words)| words.groups())
    }

    /// The patterns by key.
    pub(super) fn patterns(&self) -> impl Iterator<Item = (&'static str, &Words)> {
        [("message", &self.message), ("label", &self.label), ("note", &self.note)]
            .into_iter()
            .filter_map(|(key, pattern)| Some((key, pattern.as_ref()?)))
    }
}

/// Whether a rule's `fault` means the printed `kind`: the whole of it, or its last parts behind a dot.
fn names(fault: &str, kind: &str) -> bool {
    kind.strip_suffix(fault).is_some_and(|module| module.is_empty() || module.ends_with('.'))
}

/// A regular expression that is compiled when it is first asked.
#[derive(Debug)]
pub(super) struct Words {
    text: String,
    groups: Vec<String>,
    /// Words that stand in every match: a text without them need not be searched, and the expression not be compiled.
    literal: Option<String>,
    compiled: OnceLock<Result<Regex, Box<regex::Error>>>,
}

impl Words {
    pub(super) fn new(text: String) -> Words {
        Words { groups: groups_in(&text), literal: literal_in(&text), text, compiled: OnceLock::new() }
    }

    /// The names of its groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(String::as_str)
    }

    /// The compiled expression.
    pub(super) fn regex(&self) -> Result<&Regex, &regex::Error> {
        self.compiled.get_or_init(|| Regex::new(&self.text).map_err(Box::new)).as_ref().map_err(Box::as_ref)
    }

    /// The groups of the first match in `text`.
    pub(super) fn read(&self, text: &str) -> Option<Vec<(String, String)>> {
        let regex = self.regex().ok()?;
        let found = regex.captures(text)?;
        let named = regex.capture_names().flatten();
        Some(named.filter_map(|name| Some((name.to_owned(), found.name(name)?.as_str().to_owned()))).collect())
    }

    /// The groups of the first match in the whole `text` or else in its first line; messages of several lines are rare, and most
    /// rules speak of the first one.
    fn groups_of(&self, text: &str) -> Option<Vec<(String, String)>> {
        if self.literal.as_ref().is_some_and(|literal| !text.contains(literal.as_str())) {
            return None;
        }
        self.read(text).or_else(|| self.read(text.lines().next()?))
    }
}

/// The named groups of an expression, read without compiling it.
fn groups_in(text: &str) -> Vec<String> {
    let opened = text.split("(?").skip(1).zip(text.match_indices("(?"));
    let is_escaped = |at: usize| text[..at].bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1;
    let names = opened.filter(|(_, (at, _))| !is_escaped(*at)).filter_map(|(inside, _)| {
        let name = inside.strip_prefix('<').or_else(|| inside.strip_prefix("P<"))?;
        Some(name.split_once('>')?.0.to_owned())
    });
    names.collect()
}

/// The longest run of plain characters that every match of `pattern` holds; none where nothing is sure.
fn literal_in(pattern: &str) -> Option<String> {
    if pattern.contains("(?i") || pattern.contains("(?x") {
        return None;
    }
    let (mut longest, mut run, mut depth) = (String::new(), String::new(), 0_u32);
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => chars.next().filter(char::is_ascii_punctuation),
            '|' if depth == 0 => return None,
            '[' => {
                // A bracket that comes first would belong to the class; no rule needs one.
                while let Some(c) = chars.next().filter(|&c| c != ']') {
                    if c == '\\' {
                        chars.next();
                    }
                }
                None
            }
            '(' | ')' => {
                depth = if c == '(' { depth + 1 } else { depth.saturating_sub(1) };
                None
            }
            '?' | '*' | '{' => {
                // The character before it need not be there.
                run.pop();
                if c == '{' {
                    chars.find(|&c| c == '}');
                }
                None
            }
            '.' | '^' | '$' | '+' => None,
            c => Some(c),
        };
        if let Some(c) = plain.filter(|_| depth == 0) {
            run.push(c);
            continue;
        }
        if run.len() > longest.len() {
            longest.clone_from(&run);
        }
        run.clear();
    }
    let longest = if run.len() > longest.len() { run } else { longest };
    (longest.len() > 2).then_some(longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::LanguageId;

    fn trigger(fault: &str, message: &str) -> Trigger {
        Trigger { faults: vec![fault.to_owned()], message: Some(Words::new(message.to_owned())), label: None, note: None }
    }

    #[test]
    fn a_kind_is_met_by_its_last_part_or_by_all_of_it() {
        let groups = |fault: &str, kind: &str| trigger(fault, "").answer(&Symptom::new(LanguageId::PYTHON, kind, "m"));
        assert_eq!(groups("JSONDecodeError", "json.decoder.JSONDecodeError").unwrap().get("fault"), Some("JSONDecodeError"));
        assert!(groups("json.decoder.JSONDecodeError", "json.decoder.JSONDecodeError").is_some());
        assert!(groups("DecodeError", "json.decoder.JSONDecodeError").is_none());
        assert!(groups("json.decoder.JSONDecodeError", "JSONDecodeError").is_none());
    }

    #[test]
    fn groups_are_read_without_compiling() {
        assert_eq!(groups_in(r"^(?<a>x)(?:y)\(?<b>(?P<c>\w)$"), ["a", "c"]);
    }

    #[test]
    fn the_words_of_every_match_are_found_in_the_pattern() {
        let check = |pattern: &str, expected: Option<&str>| assert_eq!(literal_in(pattern).as_deref(), expected, "{pattern}");
        check(r#"^can only concatenate str \(not "(?<found>\w+)"\) to str$"#, Some("can only concatenate str (not \""));
        check(r"^(global )?name '(?<name>\w+)' is not defined(\. Did you .*)?$", Some("' is not defined"));
        check(r"^colou?r [^\]a]+ is \d{2} wide", Some(" wide"));
        check("^one thing$|^another$", None);
        check("(?i)any case", None);
        check(r"^\w+$", None);
    }

    #[test]
    fn an_anchored_pattern_fits_the_first_line_of_a_long_message() {
        let symptom = Symptom::new(LanguageId::PYTHON, "KeyError", "'a'\nand a remark");
        assert_eq!(trigger("KeyError", r"^'(?<key>\w+)'$").answer(&symptom).unwrap().get("key"), Some("a"));
    }

    #[test]
    fn the_label_that_fits_gives_groups_and_mark() {
        let mut symptom = Symptom::new(LanguageId::RUST, "E0382", "use of moved value: `v`");
        let mark = Mark { file: "a.rs".to_owned(), line: 3, columns: super::super::mark::Columns::Start(5) };
        symptom.labels = vec![("value used here after move".to_owned(), None), ("value moved here".to_owned(), Some(mark.clone()))];
        let rule = Trigger { label: Some(Words::new("^value moved (?<how>here)$".to_owned())), ..trigger("E0382", "`(?<name>.+)`$") };
        let groups = rule.answer(&symptom).unwrap();
        assert_eq!((groups.get("how"), groups.get("name"), &groups.label), (Some("here"), Some("v"), &Some(mark)));
        symptom.labels.clear();
        assert!(rule.answer(&symptom).is_none());
    }
}
