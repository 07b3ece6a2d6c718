//! Where our own files stand: caches, and the state of a folder that is no repository or cannot be written to.
//!
//! Source: XDG Base Directory Specification 0.8: a relative path in one of its variables is to be ignored.

use std::env;
use std::path::{Path, PathBuf};

/// `$XDG_CACHE_HOME/homeostasis`, with the default of the specification; none without a home.
pub fn cache_home() -> Option<PathBuf> {
    xdg("XDG_CACHE_HOME", ".cache")
}

/// Where what was learned of the files below `root` may be kept; none without a home.
pub fn index_dir(root: &Path) -> Option<PathBuf> {
    cache_home().map(|cache| cache.join("index").join(name_of(root)))
}

/// The state of the folder `root` in the user's own state folder: for folders without a repository, and for those that cannot be written to.
pub fn folder_state_dir(root: &Path) -> PathBuf {
    xdg("XDG_STATE_HOME", ".local/state").unwrap_or_else(|| env::temp_dir().join("homeostasis")).join(name_of(root))
}

/// A name for the folder `root` that people recognise and no other folder has.
pub(super) fn name_of(root: &Path) -> String {
    let hash = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = root.file_name().unwrap_or_default().to_string_lossy().chars().filter(is_plain).take(40).collect();
    format!("{name}-{}", &hash[..12])
}

fn xdg(variable: &str, default: &str) -> Option<PathBuf> {
    let set = env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::var_os("HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| Some(home()?.join(default))).map(|path| path.join("homeostasis"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_one_name_have_places_of_their_own() {
        let (one, two) = (name_of(Path::new("/a/my app")), name_of(Path::new("/b/my app")));
        assert!(one.starts_with("myapp-") && two.starts_with("myapp-") && one != two, "{one} {two}");
    }
}
