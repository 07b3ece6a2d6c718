//! Paths as logs print them: from other machines, other systems, other folders. Nothing here touches the disk.

/// A printed path, cut into its parts: separators are one kind, the drive, `.` and `..` are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PrintedPath {
    pub(super) parts: Vec<String>,
    pub(super) is_absolute: bool,
}

/// Logs may hold anything; no path is longer than this.
///
/// Source: Linux, `PATH_MAX`.
const MAX_BYTES: usize = 4096;

impl PrintedPath {
    /// Cuts `text`; none where it is no path at all (`<string>`, empty, control characters, too long).
    pub(super) fn of(text: &str) -> Option<PrintedPath> {
        let text = text.trim().strip_prefix("file://").unwrap_or(text.trim());
        if text.is_empty() || text.len() > MAX_BYTES || text.starts_with('<') || text.chars().any(char::is_control) {
            return None;
        }
        let (drive, rest) = without_drive(text);
        let is_windows = drive || (rest.contains('\\') && !rest.contains('/'));
        let rest = if is_windows { rest.replace('\\', "/") } else { rest.to_owned() };
        let mut parts: Vec<String> = Vec::new();
        for part in rest.split('/') {
            match part {
                "" | "." => {}
                // From above a folder nobody knows, nothing is left to go up from.
                ".." => drop(parts.pop()),
                part => parts.push(part.to_owned()),
            }
        }
        (!parts.is_empty()).then_some(PrintedPath { parts, is_absolute: drive || rest.starts_with('/') })
    }

    /// Whether it lies where installed packages and the languages' own sources lie.
    ///
    /// Source: Python's `site` and `sysconfig`, Debian's `dist-packages`; cargo's home and rustc's `--remap-path-prefix`.
    pub(super) fn is_of_dependency(&self) -> bool {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        let pair = |one: fn(&str) -> bool, two: fn(&str) -> bool| parts.windows(2).any(|pair| one(pair[0]) && two(pair[1]));
        let folders = &parts[..parts.len() - 1];
        folders.iter().any(|part| matches!(*part, "site-packages" | "dist-packages" | "node_modules" | ".rustup" | "rustlib"))
            || pair(|lib| matches!(lib, "lib" | "lib64"), is_python_version)
            || pair(|windows| windows.starts_with("Python3"), |lib| lib.eq_ignore_ascii_case("lib"))
            || pair(|cargo| cargo == ".cargo", |home| matches!(home, "registry" | "git"))
            || pair(|registry| registry == "registry", |src| src == "src") && parts.iter().any(|part| is_index(part))
            || pair(|rustc| rustc == "rustc", is_commit)
            || pair(|debian| debian.starts_with("rustc-"), |library| library == "library")
            || (self.is_absolute && parts.len() > 2 && parts[0] == "usr" && matches!(parts[1], "lib" | "lib64"))
    }

    /// The text of the last `n` parts, joined as the repository spells paths.
    pub(super) fn last(&self, n: usize) -> String {
        self.parts[self.parts.len() - n..].join("/")
    }

    /// What follows the folder `prefix`, if the path lies in it.
    pub(super) fn below(&self, prefix: &PrintedPath) -> Option<String> {
        let rest = self.parts.strip_prefix(prefix.parts.as_slice())?;
        (self.is_absolute == prefix.is_absolute && !rest.is_empty()).then(|| rest.join("/"))
    }
}

/// Whether `text` names no file by design: code from a string, a frozen module, an interactive line.
pub(super) fn is_made_up(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('<') && text.ends_with('>')
}

fn without_drive(text: &str) -> (bool, &str) {
    match text.as_bytes() {
        [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic() => (true, &text[2..]),
        _ => (false, text),
    }
}

fn is_python_version(part: &str) -> bool {
    let version = part.strip_prefix("python").or_else(|| part.strip_prefix("pypy")).unwrap_or_default();
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b't')
}

fn is_commit(part: &str) -> bool {
    part.len() == 40 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A folder below cargo's `registry/src`: the host of an index and a hash.
fn is_index(part: &str) -> bool {
    let is_hash = |hash: &str| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    part.rsplit_once('-').is_some_and(|(host, hash)| host.contains('.') && is_hash(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> String {
        PrintedPath::of(text).map(|path| path.parts.join("/")).unwrap_or_default()
    }

    #[test]
    fn every_system_is_cut_into_the_same_parts() {
        assert_eq!(parts("/home/ci/app/src/a.py"), "home/ci/app/src/a.py");
        assert_eq!(parts(r"C:\Users\x\app\src\a.py"), "Users/x/app/src/a.py");
        assert_eq!(parts(r"src\a.rs"), "src/a.rs");
        assert_eq!(parts("./src//a.py"), "src/a.py");
        assert_eq!(parts("../../etc/../src/a.py"), "src/a.py");
        assert_eq!(parts("file:///app/a.py"), "app/a.py");
        for nothing in ["", "<string>", "<frozen importlib._bootstrap>", "a\0b", "a\nb", "/", "..", &"x/".repeat(3000)] {
            assert_eq!(parts(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn dependencies_are_known_by_where_they_lie() {
        for path in [
            "/x/.venv/lib/python3.12/site-packages/requests/api.py",
            "/usr/lib/python3.11/json/decoder.py",
            "/usr/lib/python3/dist-packages/six.py",
            "/opt/py/lib/python3.12/asyncio/base_events.py",
            r"C:\Python312\Lib\json\decoder.py",
            "/home/me/.cargo/registry/src/index.example-6f17d22bba15001f/serde-1.0.1/src/lib.rs",
            "/cargo/registry/src/index.example-1949cf8c6b5b557f/serde-1.0.1/src/lib.rs",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/panicking.rs",
            "/usr/src/rustc-1.63.0/library/core/src/panicking.rs",
            "/home/x/.rustup/toolchains/stable/lib/rustlib/src/rust/library/std/src/rt.rs",
        ] {
            assert!(PrintedPath::of(path).unwrap().is_of_dependency(), "{path}");
        }
        for path in ["/app/src/a.py", "lib/a.py", "lib/python/a.py", "/usr/src/app/a.py", "src/registry/src.rs", "tools/site-packages"] {
            assert!(!PrintedPath::of(path).unwrap().is_of_dependency(), "{path}");
        }
    }
}
