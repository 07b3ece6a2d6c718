//! Which places of the project a log means.
//!
//! A printed path is never opened: it is matched against the list of files, from its end, and the answer is a member of that list or nothing.
//! The log may be older than the code: a line that moved is found again by its text, and one that is gone makes the log one of another version.

mod printed;

use std::collections::HashMap;
use std::sync::Arc;

use self::printed::{PrintedPath, is_made_up};
use super::{Project, is_vendored};
use crate::diagnosis::Spot;
use crate::event::{Event, Place};
use crate::text::{LineNo, RepoPath};

/// Where an event lies in the project.
#[derive(Debug, Clone, Default)]
pub struct Located {
    /// The places inside the project, innermost last; a compiler's primary label is the innermost.
    pub spots: Vec<Spot>,
    /// Indices of the frames that lie in dependencies, in the language's own library, or in no file.
    pub foreign: Vec<usize>,
    /// Why there is no place to heal, or not the right one.
    pub problem: Option<LocateProblem>,
}

/// Why an event has no place in the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocateProblem {
    /// The innermost file is ours, but the line that the log shows stands nowhere in it.
    AnotherVersion {
        /// The file.
        path: RepoPath,
        /// The line, as printed.
        line: u32,
    },
    /// None of the files is ours.
    AnotherProject {
        /// The innermost of them, as printed.
        file: String,
    },
    /// The file is a symbolic link out of the project.
    BehindLink {
        /// The link.
        path: RepoPath,
    },
    /// All places lie in dependencies.
    InDependency {
        /// The innermost of them, as printed.
        file: String,
    },
}

impl LocateProblem {
    /// The reason in reports.
    pub fn code(&self) -> &'static str {
        match self {
            LocateProblem::AnotherVersion { .. } => "log-of-another-version",
            LocateProblem::AnotherProject { .. } => "log-of-another-project",
            LocateProblem::BehindLink { .. } => "source-behind-link",
            LocateProblem::InDependency { .. } => "fault-in-dependency",
        }
    }
}

/// Files that tell that the folder around them holds a project.
const MANIFESTS: [&str; 4] = ["Cargo.toml", "pyproject.toml", "setup.py", "setup.cfg"];

/// The files of a project by their names: a log of thousands of failures asks for each place of each of them.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_name: HashMap<String, Vec<usize>>,
}

impl Index {
    fn of(files: &[RepoPath]) -> Index {
        let mut index = Index::default();
        for (at, path) in files.iter().enumerate() {
            index.by_name.entry(path.file_name().to_owned()).or_default().push(at);
        }
        index
    }
}

/// A place of an event, outermost first, before anything is known of it.
struct Mention<'e> {
    place: &'e Place,
    source: Option<&'e str>,
    frame: Option<usize>,
}

/// What a mention turned out to be.
enum Finding {
    Ours(Spot),
    Moved(LocateProblem),
    Dependency,
    Unknown,
}

impl Project {
    /// Matches the places of `event` against the files of the project.
    pub fn locate(&self, event: &Event) -> Located {
        self.locate_in(event, &|_| None)
    }

    /// The same for files as `now` gives them; those that it does not know are read.
    pub fn locate_in(&self, event: &Event, now: &dyn Fn(&RepoPath) -> Option<Arc<[u8]>>) -> Located {
        let mut located = Located::default();
        let (mut innermost, mut innermost_ours, mut n_unknown) = (None, None, 0);
        for mention in mentions(event) {
            let finding = self.find(&mention, now);
            innermost = Some(mention.place.file.clone());
            match finding {
                Finding::Ours(spot) => {
                    innermost_ours = None;
                    located.spots.push(spot);
                }
                Finding::Moved(problem) => innermost_ours = Some(problem),
                Finding::Dependency => located.foreign.extend(mention.frame),
                Finding::Unknown => n_unknown += 1,
            }
        }
        let file = innermost.filter(|_| located.spots.is_empty());
        located.problem = innermost_ours.or_else(|| {
            let in_dependency = n_unknown == 0;
            file.map(|file| if in_dependency { LocateProblem::InDependency { file } } else { LocateProblem::AnotherProject { file } })
        });
        located
    }

    fn find(&self, mention: &Mention<'_>, now: &dyn Fn(&RepoPath) -> Option<Arc<[u8]>>) -> Finding {
        if is_made_up(&mention.place.file) {
            return Finding::Dependency;
        }
        let Some(printed) = PrintedPath::of(&mention.place.file) else { return Finding::Unknown };
        if self.is_of_dependency(&printed) {
            return Finding::Dependency;
        }
        let Some(path) = self.member(&printed, mention).or_else(|| self.behind_link(&printed)) else {
            return self.link_outside(&printed).map_or(Finding::Unknown, |path| Finding::Moved(LocateProblem::BehindLink { path }));
        };
        if is_vendored(&path) {
            return Finding::Dependency;
        }
        let line = match now(&path).map_or_else(|| self.read(&path), Ok) {
            Ok(text) => line_today(&text, mention),
            // Whoever reads it next says why it cannot be read.
            Err(_) => LineNo::new(mention.place.line.unwrap_or(1)),
        };
        match line {
            Some(line) => Finding::Ours(Spot { path, line, function: mention.place.function.clone(), frame: mention.frame }),
            None => Finding::Moved(LocateProblem::AnotherVersion { path, line: mention.place.line.unwrap_or_default() }),
        }
    }

    /// Where the project itself lies tells nothing: below its root, only the rest of the path counts.
    fn is_of_dependency(&self, printed: &PrintedPath) -> bool {
        match self.below_root(printed).and_then(|rest| PrintedPath::of(&rest)) {
            Some(rest) => rest.is_of_dependency(),
            None => printed.is_of_dependency(),
        }
    }

    /// The file of the project that a path printed without a line means; none where several could be meant.
    pub fn resolve(&self, printed: &str) -> Option<RepoPath> {
        let place = Place { file: printed.to_owned(), ..Place::default() };
        self.member(&PrintedPath::of(printed)?, &Mention { place: &place, source: None, frame: None }).filter(|path| !is_vendored(path))
    }

    /// The file that a printed path means: by the user's map, as a whole, by the folder it is relative to, or by its longest suffix if that
    /// is unique and its text agrees.
    fn member(&self, printed: &PrintedPath, mention: &Mention<'_>) -> Option<RepoPath> {
        self.by_map(printed)
            .or_else(|| self.by_root(printed))
            .or_else(|| self.as_whole(printed))
            .or_else(|| self.by_folder(printed))
            .or_else(|| {
                let path = self.by_suffix(printed)?;
                self.agrees(&path, mention).then_some(path)
            })
    }

    fn by_map(&self, printed: &PrintedPath) -> Option<RepoPath> {
        let target = |(from, to): (&String, &String)| {
            let rest = printed.below(&PrintedPath::of(from)?)?;
            self.listed(&if to.is_empty() { rest } else { format!("{to}/{rest}") })
        };
        self.config.map.iter().find_map(target)
    }

    /// A path below our own root, printed on this machine.
    fn by_root(&self, printed: &PrintedPath) -> Option<RepoPath> {
        self.listed(&self.below_root(printed)?)
    }

    fn below_root(&self, printed: &PrintedPath) -> Option<String> {
        printed.below(&PrintedPath::of(self.root.to_str()?)?)
    }

    /// The longest path of the repository that the printed path ends with.
    fn as_whole(&self, printed: &PrintedPath) -> Option<RepoPath> {
        (1..=printed.parts.len()).rev().find_map(|n| self.listed(&printed.last(n)))
    }

    /// Tools print paths relative to the project that they run in: the only file of that name in a folder that holds a project.
    fn by_folder(&self, printed: &PrintedPath) -> Option<RepoPath> {
        if printed.is_absolute {
            return None;
        }
        let text = printed.last(printed.parts.len());
        let mut folders: Vec<&str> = self.config.projects.iter().map(|project| project.root.as_str()).collect();
        folders.push(&self.folder);
        let manifests = MANIFESTS.iter().flat_map(|name| self.named(name));
        folders.extend(manifests.map(RepoPath::parent));
        let mut found: Vec<_> = folders.into_iter().filter_map(|folder| self.listed(&format!("{folder}/{text}"))).collect();
        found.sort();
        found.dedup();
        found.pop().filter(|_| found.is_empty())
    }

    /// The file that shares the longest end with the printed path, if no other shares as much.
    fn by_suffix(&self, printed: &PrintedPath) -> Option<RepoPath> {
        let shared =
            |path: &RepoPath| path.as_str().rsplit('/').zip(printed.parts.iter().rev()).take_while(|(ours, theirs)| ours == theirs).count();
        let name = printed.parts.last()?;
        let candidates: Vec<_> = self.named(name).map(|path| (shared(path), path)).collect();
        let longest = candidates.iter().map(|(n, _)| *n).max()?;
        let mut best = candidates.iter().filter(|(n, _)| *n == longest);
        let (_, path) = best.next()?;
        best.next().is_none().then(|| (*path).clone())
    }

    /// The files of the project that bear this name, sorted.
    fn named(&self, name: &str) -> impl Iterator<Item = &RepoPath> {
        let index = self.index.get_or_init(|| Index::of(&self.files));
        index.by_name.get(name).into_iter().flatten().map(|&at| &self.files[at])
    }

    /// The file behind a link of the project that the printed path goes through; it must be the project's, too.
    fn behind_link(&self, printed: &PrintedPath) -> Option<RepoPath> {
        let (link, rest) = self.link_in(printed)?;
        let target = link.below(&self.root).canonicalize().ok()?.join(rest);
        self.listed(target.strip_prefix(&self.root).ok()?.to_str()?.trim_end_matches('/'))
    }

    fn link_outside(&self, printed: &PrintedPath) -> Option<RepoPath> {
        self.link_in(printed).map(|(link, _)| link.clone())
    }

    /// The link that an end of the printed path begins with, and what follows it.
    fn link_in(&self, printed: &PrintedPath) -> Option<(&RepoPath, String)> {
        let ends = (1..=printed.parts.len()).rev().map(|n| printed.last(n));
        let mut through = ends.flat_map(|end| self.links.iter().filter_map(move |link| Some((link, after(link, &end)?))));
        through.next()
    }

    /// Whether the text that the log shows stands in the file: the source line, or else the function.
    fn agrees(&self, path: &RepoPath, mention: &Mention<'_>) -> bool {
        let Ok(text) = self.read(path) else { return false };
        match source_of(mention) {
            Some(source) => lines(&text).any(|line| is_same(line, source)),
            None => mention.place.function.as_deref().is_some_and(|function| defines(&text, function)),
        }
    }

    fn listed(&self, text: &str) -> Option<RepoPath> {
        let path = RepoPath::new(text).ok()?;
        self.files.binary_search(&path).ok().map(|_| path)
    }
}

/// What follows `link` in the path `end`, if that begins with it; empty for the link itself.
fn after(link: &RepoPath, end: &str) -> Option<String> {
    let rest = end.strip_prefix(link.as_str())?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
}

/// The places of an event, outermost first: a compiler's secondary labels, the stack, where it was raised, a compiler's primary label.
fn mentions(event: &Event) -> Vec<Mention<'_>> {
    let label = |is_primary: bool| event.labels.iter().rev().filter(move |label| label.is_primary == is_primary).map(|label| &label.place);
    let bare = |place| Mention { place, source: None, frame: None };
    let mut mentions: Vec<_> = label(false).map(bare).collect();
    let frames = event.frames.iter().enumerate();
    mentions.extend(frames.map(|(n, frame)| Mention { place: &frame.place, source: frame.source.as_deref(), frame: Some(n) }));
    let is_new = |mentions: &[Mention<'_>], place: &Place| {
        !mentions.iter().any(|known| known.place.file == place.file && known.place.line == place.line)
    };
    for place in event.raised_at.iter().chain(label(true)) {
        if is_new(&mentions, place) {
            mentions.push(bare(place));
        }
    }
    mentions.retain(|mention| !mention.place.file.is_empty());
    mentions
}

/// The line where the printed one stands today: at its number, else the nearest with its text; without a text the number must exist.
fn line_today(text: &[u8], mention: &Mention<'_>) -> Option<LineNo> {
    let of_function = || defined_at(text, mention.place.function.as_deref()?);
    let printed = mention.place.line.or_else(of_function).map_or(LineNo::new(1), LineNo::new)?;
    let Some(source) = source_of(mention) else {
        return lines(text).nth(printed.row()).map(|_| printed);
    };
    // Where the log fits the code, which is nearly always, no other line needs to be looked at.
    if lines(text).nth(printed.row()).is_some_and(|line| is_same(line, source)) {
        return Some(printed);
    }
    let same = lines(text).enumerate().filter(|(_, line)| is_same(line, source));
    same.map(|(row, _)| row).min_by_key(|row| row.abs_diff(printed.row())).map(LineNo::from_row)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    ends.scan(0, |start, end| Some(&text[std::mem::replace(start, end + 1)..end]))
}

/// The first line of the source text that the log shows, if it shows any.
fn source_of<'e>(mention: &Mention<'e>) -> Option<&'e str> {
    mention.source?.lines().next().filter(|line| !line.trim().is_empty())
}

/// Whether two lines are the same but for white space: logs indent and trim as they like.
fn is_same(line: &[u8], source: &str) -> bool {
    let ink = |byte: &&u8| !byte.is_ascii_whitespace();
    line.iter().filter(ink).eq(source.as_bytes().iter().filter(ink))
}

/// Whether `text` defines the function that the log prints as `function` (with its class or module in front, generics behind).
fn defines(text: &[u8], function: &str) -> bool {
    defined_at(text, function).is_some()
}

/// The first line that defines `function`, from one.
fn defined_at(text: &[u8], function: &str) -> Option<u32> {
    let plain = function.split(['<', '(', '{']).next().unwrap_or_default().trim_end_matches([':', '.']);
    let name = plain.rsplit(['.', ':']).next().unwrap_or_default().as_bytes();
    let is_definition = |line: &[u8]| {
        let mut words = line.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_' && *byte < 0x80).filter(|word| !word.is_empty());
        words.any(|word| matches!(word, b"def" | b"fn" | b"class" | b"function" | b"func")) && words.next() == Some(name)
    };
    let row = lines(text).position(is_definition).filter(|_| !name.is_empty())?;
    u32::try_from(row + 1).ok()
}

#[cfg(test)]
mod tests;
