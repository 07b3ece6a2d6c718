//! Groups lines into templates as they come: what varies from line to line becomes `<*>`.
//!
//! Memory is bounded: at most so many templates; what fits none of them when all are taken is counted as a rest. The result depends on the
//! lines and their order alone.
//!
//! Source: He, Zhu, Zheng, Lyu: Drain: An Online Log Parsing Approach with Fixed Depth Tree, ICWS 2017. Ours masks numbers, paths
//! and quoted texts before the tree, and looks a line of a known shape up at once.

mod mask;

use std::collections::HashMap;

use super::Unexplained;
use mask::{Masked, VARIES};

/// Stands for the lines beyond the last template.
pub(super) const REST: &str = "(lines of other shapes)";
/// Templates in all.
const MAX_TEMPLATES: usize = 1000;
/// Templates that are compared with one line.
const MAX_COMPARED: usize = 64;
/// Shapes that are known at once.
const MAX_SHAPES: usize = 8192;
/// A line belongs to a template if this part of its words is the same.
const SIMILAR: (usize, usize) = (3, 5);
/// A value has no more words than this.
const MAX_VALUE: usize = 3;
/// An example longer than this is cut.
const MAX_EXAMPLE: usize = 400;

/// Shapes of one block; lines of other shapes are counted as a rest.
const MAX_BLOCK_SHAPES: usize = 4096;

/// The lines of one block by their shapes, in the order in which these first appear.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    masked: Masked,
    index_of: HashMap<String, usize>,
    found: Vec<Unexplained>,
    rest: Option<Unexplained>,
}

impl Shapes {
    /// One more line.
    pub(super) fn take(&mut self, text: &str, line: u32) {
        self.masked.read(text);
        if let Some(&at) = self.index_of.get(self.masked.text()) {
            count(&mut self.found[at], line);
        } else if self.found.len() < MAX_BLOCK_SHAPES {
            self.index_of.insert(self.masked.text().to_owned(), self.found.len());
            self.found.push(Unexplained { template: self.masked.text().to_owned(), ..first(text, line) });
        } else {
            match &mut self.rest {
                Some(rest) => count(rest, line),
                None => self.rest = Some(first(text, line)),
            }
        }
    }

    /// Each shape with its lines counted; the rest is last and has no template.
    pub(super) fn into_counted(self) -> impl Iterator<Item = Unexplained> {
        self.found.into_iter().chain(self.rest)
    }
}

/// Collects lines and finds their templates.
#[derive(Debug, Default, Clone)]
pub(super) struct Miner {
    templates: Vec<Template>,
    /// The templates that begin alike: number of words, first two words.
    leaves: HashMap<(usize, String), Vec<usize>>,
    /// The template of each masked line seen so far.
    shapes: HashMap<String, usize>,
    rest: Option<Unexplained>,
}

#[derive(Debug, Clone)]
struct Template {
    words: Vec<String>,
    counted: Unexplained,
}

impl Miner {
    /// The lines of one shape of a block, in the order of the log.
    pub(super) fn add(&mut self, mut shape: Unexplained) {
        let masked = std::mem::take(&mut shape.template);
        if let Some(&at) = self.shapes.get(&masked) {
            merge(&mut self.templates[at].counted, &shape);
            return;
        }
        let place = if masked.is_empty() { None } else { self.place(&masked, &shape) };
        match place {
            Some(at) if self.shapes.len() < MAX_SHAPES => drop(self.shapes.insert(masked, at)),
            Some(_) => {}
            None => match &mut self.rest {
                Some(rest) => merge(rest, &shape),
                None => self.rest = Some(shape),
            },
        }
    }

    /// The templates: rare ones first, among equals the one that began first; the rest last.
    pub(super) fn finish(self) -> Vec<Unexplained> {
        let named = |template: Template| Unexplained { template: template.words.join(" "), ..template.counted };
        let mut found: Vec<Unexplained> = self.templates.into_iter().map(named).collect();
        found.sort_by_key(|one| (one.count, one.first_line));
        found.extend(self.rest.map(|rest| Unexplained { template: REST.to_owned(), ..rest }));
        found
    }

    /// The template that the masked line belongs to, which learns from it; none where there is no room for another.
    fn place(&mut self, masked: &str, shape: &Unexplained) -> Option<usize> {
        let words: Vec<&str> = masked.split(' ').collect();
        let leaf = self.leaves.entry((words.len(), begin(&words))).or_default();
        let similarity = |at: &usize| {
            let known = &self.templates[*at].words;
            words.iter().zip(known).filter(|(word, known)| word == known).count()
        };
        // Of equally similar ones the older is meant.
        let best =
            leaf.iter().take(MAX_COMPARED).map(|at| (similarity(at), *at)).reduce(|best, next| if next.0 > best.0 { next } else { best });
        if let Some((same, at)) = best
            && same * SIMILAR.1 >= SIMILAR.0 * words.len()
            && is_one_wording(&words, &self.templates[at].words)
        {
            let template = &mut self.templates[at];
            for (known, _) in template.words.iter_mut().zip(&words).filter(|(known, word)| known != *word) {
                VARIES.clone_into(known);
            }
            merge(&mut template.counted, shape);
            return Some(at);
        }
        if self.templates.len() == MAX_TEMPLATES {
            return None;
        }
        leaf.push(self.templates.len());
        let words = words.into_iter().map(str::to_owned).collect();
        self.templates.push(Template { words, counted: shape.clone() });
        Some(self.templates.len() - 1)
    }
}

/// Whether the words differ as values do, one here and one there; where many in a row differ, something else is said.
fn is_one_wording(words: &[&str], known: &[String]) -> bool {
    let differs: Vec<bool> = words.iter().zip(known).map(|(word, known)| word != known).collect();
    differs.split(|differs| !differs).all(|run| run.len() <= MAX_VALUE)
}

/// The first two words, as far as they do not vary.
fn begin(words: &[&str]) -> String {
    let fixed = |word: &&str| if word.contains(VARIES) { VARIES } else { *word }.to_owned();
    words.iter().take(2).map(fixed).collect::<Vec<_>>().join(" ")
}

fn first(text: &str, line: u32) -> Unexplained {
    let text = text.trim();
    let example = text[..text.floor_char_boundary(MAX_EXAMPLE)].to_owned();
    Unexplained { template: String::new(), count: 1, first_line: line, last_line: line, example }
}

fn count(one: &mut Unexplained, line: u32) {
    one.count = one.count.saturating_add(1);
    one.first_line = one.first_line.min(line);
    one.last_line = one.last_line.max(line);
}

fn merge(one: &mut Unexplained, other: &Unexplained) {
    one.count = one.count.saturating_add(other.count);
    one.first_line = one.first_line.min(other.first_line);
    one.last_line = one.last_line.max(other.last_line);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines in blocks of a thousand.
    fn mined(lines: impl Iterator<Item = (u32, String)>) -> Miner {
        let mut miner = Miner::default();
        for block in lines.collect::<Vec<_>>().chunks(1000) {
            let mut shapes = Shapes::default();
            for (line, text) in block {
                shapes.take(text, *line);
            }
            for shape in shapes.into_counted() {
                miner.add(shape);
            }
        }
        miner
    }

    fn mine(lines: &[&str]) -> Vec<String> {
        mined((1..).zip(lines.iter().map(|line| (*line).to_owned())))
            .finish()
            .iter()
            .map(|one| format!("{} x{} {}-{}", one.template, one.count, one.first_line, one.last_line))
            .collect()
    }

    #[test]
    fn lines_that_differ_in_what_varies_are_one_template() {
        assert_eq!(
            mine(&[
                "2024-01-02 03:04:05 ERROR took 12.5 ms for id=3f2a11bc from 10.0.0.1:80",
                "2024-01-02 03:04:06 ERROR took 7 ms for id=99aa from 10.0.0.2:81",
            ]),
            ["ERROR took <*> ms for id=<*> from <*> x2 1-2"]
        );
        assert_eq!(mine(&["ERROR no file '/a/b c'", "ERROR no file '/d e/f'"]), ["ERROR no file '<*>' x2 1-2"]);
        assert_eq!(mine(&["ERROR no /a/b.txt here", "ERROR no /c/d.txt here"]), ["ERROR no <*> here x2 1-2"]);
        assert_eq!(
            mine(&["ERROR user alice was not found here", "ERROR user bob was not found here"]),
            ["ERROR user <*> was not found here x2 1-2"]
        );
    }

    #[test]
    fn a_long_head_alone_makes_no_template() {
        let head = "[ERROR] APP=BILLING HOST=WEB THR=main NODE=one |";
        let found = mine(&[&format!("{head} job failed after many tries today"), &format!("{head} health check says it is gone")]);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn what_differs_in_wording_stays_apart_and_rare_ones_go_first() {
        assert_eq!(
            mine(&["ERROR disk is full", "ERROR disk is full", "FATAL no memory left", "ERROR could not connect"]),
            ["FATAL no memory left x1 3-3", "ERROR could not connect x1 4-4", "ERROR disk is full x2 1-2"]
        );
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost() {
        let word = |mut n: u32| {
            let mut word = String::new();
            for _ in 0..6 {
                word.push(char::from(b'a' + (n % 26) as u8));
                n /= 26;
            }
            word
        };
        let line = |n: u32| (n + 1, format!("{} {} {}", word(n * 7919), word(n * 104_729), word(n)));
        let found = mined((0..5000).map(line)).finish();
        assert_eq!(found.len(), MAX_TEMPLATES + 1);
        assert_eq!(found.iter().map(|one| one.count).sum::<u32>(), 5000);
        assert_eq!(found.last().map(|one| (one.template.as_str(), one.last_line)), Some((REST, 5000)));
    }

    #[test]
    fn very_long_lines_and_odd_characters_are_taken() {
        let found = mine(&[&"é'\"`/ ".repeat(10_000), "", "   ", "'", "\u{0}\u{1}"]);
        assert!(found.iter().all(|one| one.len() < 3000));
    }
}
