//! What the user configured: the nearest file wins, and each value knows where it came from.
//!
//! Never looks above the root: what lies there belongs to somebody else. A key that nobody reads is an error, since a misspelt one would
//! be silence.

mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::explain::{Explain, closest};
use crate::text::{PathError, RepoPath};

/// A configuration is written by hand.
const MAX_BYTES: u64 = 1 << 20;

/// What the user configured; empty where nothing is.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file that it was read from.
    pub source: Option<PathBuf>,
    /// The command that runs the tests.
    pub test: Option<String>,
    /// The command whose failure is the fault.
    pub repro: Option<String>,
    /// Limit for one test.
    pub timeout: Option<Duration>,
    /// How many candidates may be run.
    pub budget: Option<u32>,
    /// Ignored files and folders that a run needs.
    pub carry: Vec<RepoPath>,
    /// Where paths printed on other machines stand here: printed folder -> folder of the repository (empty: the root).
    pub map: BTreeMap<String, String>,
    /// The projects of a monorepo.
    pub projects: Vec<SubProject>,
    /// Rules that shall not speak.
    pub disabled_rules: BTreeSet<String>,
}

/// One project of a monorepo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubProject {
    /// Its folder.
    pub root: RepoPath,
    /// The command that runs its tests, in its folder.
    pub test: Option<String>,
}

/// One value and its origin, for `config show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key as written in the file.
    pub key: &'static str,
    /// The value as TOML.
    pub value: String,
    /// The file, or `default`.
    pub origin: String,
}

/// Why a configuration is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no TOML, or a value has another type than its key wants.
    #[error("cannot understand the configuration {}", path.display())]
    Shape {
        /// Which file.
        path: PathBuf,
        /// What the reader said.
        source: toml::de::Error,
    },
    /// Nobody reads this key.
    #[error("{}: unknown key `{key}`", path.display())]
    UnknownKey {
        /// Which file.
        path: PathBuf,
        /// The key, with its tables.
        key: String,
        /// The key that was meant.
        meant: Option<&'static str>,
    },
    /// A path leads out of the repository.
    #[error("{}: `{key}` is no path inside the repository", path.display())]
    Path {
        /// Which file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        source: PathError,
    },
}

impl Explain for ConfigError {
    fn hint(&self) -> Option<String> {
        match self {
            ConfigError::Unreadable { .. } => None,
            ConfigError::Shape { .. } | ConfigError::UnknownKey { meant: None, .. } => {
                Some("`homeostasis config show` lists the keys".to_owned())
            }
            ConfigError::UnknownKey { meant: Some(meant), .. } => Some(format!("did you mean `{meant}`?")),
            ConfigError::Path { source, .. } => source.hint(),
        }
    }
}

/// The places of a configuration in one folder, the strongest first, with the tables that lead to it.
const PLACES: &[(&str, &[&[&str]])] = &[
    ("homeostasis.toml", &[&[]]),
    (".config/homeostasis.toml", &[&[]]),
    ("pyproject.toml", &[&["tool", "homeostasis"]]),
    ("Cargo.toml", &[&["package", "metadata", "homeostasis"], &["workspace", "metadata", "homeostasis"]]),
];

/// All keys, by table.
const KEYS: &[(&str, &[&str])] = &[
    ("", &["test", "repro", "timeout", "budget", "worktree", "paths", "project", "rules"]),
    ("worktree", &["carry"]),
    ("paths", &["map"]),
    ("project", &["root", "test"]),
    ("rules", &["disable"]),
];

impl Config {
    /// The configuration nearest to the folder `folder` of the project at `root`; an empty one where there is none.
    ///
    /// # Errors
    /// [`ConfigError`]: it cannot be read or understood, or it holds an unknown key.
    pub fn find(root: &Path, folder: &str) -> Result<Config, ConfigError> {
        for folder in Path::new(folder).ancestors() {
            for (name, tables) in PLACES {
                let path = root.join(folder).join(name);
                if let Some(table) = read_table(&path, tables)? {
                    return of_table(&path, &folder.to_string_lossy(), table);
                }
            }
        }
        Ok(Config::default())
    }

    /// The project of the monorepo that `path` belongs to: the deepest one.
    pub fn project_of(&self, path: &RepoPath) -> Option<&SubProject> {
        let inside = |project: &&SubProject| Path::new(path.as_str()).starts_with(project.root.as_str());
        self.projects.iter().filter(inside).max_by_key(|project| project.root.as_str().len())
    }

    /// Every key with its value and origin.
    pub fn settings(&self) -> Vec<Setting> {
        let source = self.source.as_ref().map_or_else(|| "default".to_owned(), |path| path.display().to_string());
        let set = |key: &'static str, value: Option<String>| {
            let origin = if value.is_some() { source.clone() } else { "default".to_owned() };
            Setting { key, value: value.unwrap_or_else(|| "unset".to_owned()), origin }
        };
        let quoted = |text: &String| toml::Value::from(text.as_str()).to_string();
        let list = |texts: Vec<String>| (!texts.is_empty()).then(|| format!("[{}]", texts.join(", ")));
        let map: Vec<_> = self.map.iter().map(|(from, to)| format!("{} = {}", quoted(from), quoted(to))).collect();
        vec![
            set("test", self.test.as_ref().map(quoted)),
            set("repro", self.repro.as_ref().map(quoted)),
            set("timeout", self.timeout.map(|limit| limit.as_secs().to_string())),
            set("budget", self.budget.map(|budget| budget.to_string())),
            set("worktree.carry", list(self.carry.iter().map(|path| quoted(&path.to_string())).collect())),
            set("paths.map", (!map.is_empty()).then(|| format!("{{ {} }}", map.join(", ")))),
            set("project", list(self.projects.iter().map(|project| quoted(&project.root.to_string())).collect())),
            set("rules.disable", list(self.disabled_rules.iter().map(quoted).collect())),
        ]
    }
}

/// Our table in the file `path`; none where there is no file, or it has no table of ours.
fn read_table(path: &Path, tables: &[&[&str]]) -> Result<Option<toml::Table>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let Ok(meta) = path.metadata() else { return Ok(None) };
    if !meta.is_file() || meta.len() > MAX_BYTES {
        return Err(unreadable(std::io::Error::other("it is no regular file of at most 1 MB")));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let is_own = tables == [&[] as &[&str]];
    // The manifest of somebody else's tool may be what is broken: it is only read where it names us.
    if !is_own && !text.contains("homeostasis") {
        return Ok(None);
    }
    let whole: toml::Table = text.parse().map_err(|source| ConfigError::Shape { path: path.to_owned(), source })?;
    Ok(tables.iter().find_map(|names| inner(&whole, names)).cloned())
}

fn inner<'t>(table: &'t toml::Table, names: &[&str]) -> Option<&'t toml::Table> {
    names.iter().try_fold(table, |table, name| table.get(*name)?.as_table())
}

fn of_table(path: &Path, base: &str, table: toml::Table) -> Result<Config, ConfigError> {
    refuse_unknown_keys(path, "", &table)?;
    let file: file::ConfigFile = table.try_into().map_err(|source| ConfigError::Shape { path: path.to_owned(), source })?;
    let inside =
        |key: &'static str, text: &str| below(base, text).map_err(|source| ConfigError::Path { path: path.to_owned(), key, source });
    let projects =
        file.project.into_iter().map(|project| Ok(SubProject { root: inside("project.root", &project.root)?, test: project.test }));
    let target = |text: &str| if is_root(base, text) { Ok(String::new()) } else { inside("paths.map", text).map(|path| path.to_string()) };
    let map = file.paths.map.iter().map(|(from, to)| Ok((from.clone(), target(to)?)));
    Ok(Config {
        source: Some(path.to_owned()),
        test: file.test,
        repro: file.repro,
        timeout: file.timeout.map(Duration::from_secs),
        budget: file.budget,
        carry: file.worktree.carry.iter().map(|path| inside("worktree.carry", path)).collect::<Result<_, _>>()?,
        map: map.collect::<Result<_, ConfigError>>()?,
        projects: projects.collect::<Result<_, ConfigError>>()?,
        disabled_rules: file.rules.disable.into_iter().collect(),
    })
}

/// The path `text`, which stands in a configuration of the folder `base`.
fn below(base: &str, text: &str) -> Result<RepoPath, PathError> {
    let text = text.trim_start_matches("./").trim_end_matches('/');
    if base.is_empty() { RepoPath::new(text) } else { RepoPath::new(&format!("{base}/{text}")) }
}

fn is_root(base: &str, text: &str) -> bool {
    base.is_empty() && matches!(text, "" | "." | "./" | "/")
}

fn refuse_unknown_keys(path: &Path, table_name: &str, table: &toml::Table) -> Result<(), ConfigError> {
    let known = KEYS.iter().find(|(name, _)| *name == table_name).map_or(&[] as &[_], |(_, keys)| *keys);
    for (key, value) in table {
        if !known.contains(&key.as_str()) {
            let dot = if table_name.is_empty() { "" } else { "." };
            let key_of_table = format!("{table_name}{dot}{key}");
            return Err(ConfigError::UnknownKey { path: path.to_owned(), key: key_of_table, meant: closest(key, known.iter().copied()) });
        }
        if table_name.is_empty() && KEYS.iter().any(|(name, _)| name == key) {
            let tables = value.as_array().map_or_else(|| vec![value], |array| array.iter().collect());
            tables.into_iter().filter_map(toml::Value::as_table).try_for_each(|inner| refuse_unknown_keys(path, key, inner))?;
        }
    }
    Ok(())
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}  # {}", self.key, self.value, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(folder: &str, files: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Config::find(root.path(), folder)
    }

    fn test_command(folder: &str, files: &[(&str, &str)]) -> Option<String> {
        find(folder, files).unwrap().test
    }

    #[test]
    fn the_nearest_file_wins_and_in_one_folder_the_strongest() {
        let own = ("homeostasis.toml", "test = 'own'");
        let hidden = (".config/homeostasis.toml", "test = 'hidden'");
        let python = ("pyproject.toml", "[tool.homeostasis]\ntest = 'python'");
        let rust = ("Cargo.toml", "[package]\nname = 'x'\n[workspace.metadata.homeostasis]\ntest = 'rust'");
        assert_eq!(test_command("", &[own, hidden, python, rust]).as_deref(), Some("own"));
        assert_eq!(test_command("", &[hidden, python, rust]).as_deref(), Some("hidden"));
        assert_eq!(test_command("", &[python, rust]).as_deref(), Some("python"));
        assert_eq!(test_command("a/b", &[rust]).as_deref(), Some("rust"));
        assert_eq!(test_command("a/b", &[own, ("a/pyproject.toml", "[tool.homeostasis]\ntest = 'near'")]).as_deref(), Some("near"));
        assert_eq!(test_command("", &[("pyproject.toml", "[tool.black\n")]), None, "a broken manifest that does not name us is no concern");
    }

    #[test]
    fn every_key_is_read_and_shown_with_its_origin() {
        let text = "test = 'pytest -q'\nrepro = 'python app.py'\ntimeout = 20\nbudget = 7\n[worktree]\ncarry = ['./_version.py', '.env']\n\
                    [paths]\nmap = { '/app' = '.', 'C:/x' = 'src' }\n[[project]]\nroot = 'a'\ntest = 't'\n[[project]]\nroot = 'a/b'\n[rules]\ndisable = ['python/x']\n";
        let config = find("", &[("homeostasis.toml", text)]).unwrap();
        let path = |text: &str| RepoPath::new(text).unwrap();
        assert_eq!(config.timeout, Some(Duration::from_secs(20)));
        assert_eq!(config.carry, [path("_version.py"), path(".env")]);
        assert_eq!(config.map["/app"], "");
        assert_eq!(config.project_of(&path("a/b/c.py")).unwrap().root, path("a/b"));
        assert_eq!(config.project_of(&path("ab/c.py")), None);
        assert!(config.settings().iter().all(|setting| setting.origin.ends_with("homeostasis.toml")), "{:?}", config.settings());
        assert!(Config::default().settings().iter().all(|setting| setting.origin == "default"));
    }

    #[test]
    fn an_unknown_key_is_refused_and_the_right_one_named() {
        let check = |text: &str, key: &str, hint: &str| {
            let error = find("", &[("homeostasis.toml", text)]).unwrap_err();
            assert!(error.to_string().ends_with(&format!("unknown key `{key}`")), "{error}");
            assert!(error.hint().unwrap().contains(hint), "{:?}", error.hint());
        };
        check("tets = 'x'", "tets", "`test`");
        check("[worktree]\ncary = []", "worktree.cary", "`carry`");
        check("[[project]]\nroot = 'a'\nfoo = 1", "project.foo", "config show");
    }

    #[test]
    fn a_wrong_type_a_broken_file_and_a_path_outside_are_refused() {
        for text in ["timeout = 'long'", "test = ", "[worktree]\ncarry = ['../secret']", "[[project]]\ntest = 'x'", "test = ['a']"] {
            assert!(find("", &[("homeostasis.toml", text)]).is_err(), "{text}");
        }
    }
}
