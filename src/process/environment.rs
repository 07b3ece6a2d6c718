//! The environment that tests get: what their tools need, nothing that is secret, nothing that points at the user's repository.
//!
//! An allowlist, since a list of secrets is never complete. It leaves out every name of `git rev-parse --local-env-vars`: a hook
//! sets `GIT_DIR`, and a test that runs git would then write to the repository that is being healed.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Names that pass.
const NAMES: &[&str] = &[
    // The person and the machine.
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TERM",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "COLUMNS",
    // Set by our hook: a test that pushes must not start the tests again.
    "HOMEOSTASIS_HOOK",
    "LINES",
    "DISPLAY",
    "CI",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // Python.
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CONDA_DEFAULT_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONUTF8",
    "PYTHONIOENCODING",
    "PYTHONWARNINGS",
    "PYTHONUSERBASE",
    "PYTHONNOUSERSITE",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "DJANGO_SETTINGS_MODULE",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_CACHE_DIR",
    // Rust.
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_LINKER",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "RUST_TEST_THREADS",
    "RUST_MIN_STACK",
    // Compilers of C.
    "CC",
    "CXX",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "AR",
    "LD",
    "MAKE",
    "MAKEFLAGS",
    "CPATH",
    "LIBRARY_PATH",
    "C_INCLUDE_PATH",
    "JAVA_HOME",
];

/// Beginnings of names that pass.
const FAMILIES: &[&str] =
    &["LC_", "PYENV_", "PKG_CONFIG", "OPENSSL_", "CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_NET_", "NIX_", "HOMEBREW_", "SCCACHE_"];

/// Ends of names that never pass, whatever their beginning.
const SECRET: &[&str] = &["TOKEN", "KEY", "SECRET", "PASSWORD", "PASSWD", "CREDENTIALS", "AUTH"];

/// The same for every run: equal seeds, no files of ours in the tree, no network, no colour.
const FIXED: &[(&str, &str)] = &[
    ("PYTHONHASHSEED", "0"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("RUST_BACKTRACE", "0"),
    ("CARGO_NET_OFFLINE", "true"),
    ("PIP_NO_INDEX", "1"),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ("NO_COLOR", "1"),
    ("CARGO_TERM_COLOR", "never"),
    ("CARGO_TERM_PROGRESS_WHEN", "never"),
];

/// Variables of a command: these and no others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// No variable at all.
    pub fn empty() -> Environment {
        Environment::default()
    }

    /// What of our own environment tests may see, and what is fixed for them.
    pub fn for_tests() -> Environment {
        Environment::filtered(std::env::vars_os())
    }

    /// What of `variables` tests may see, and what is fixed for them.
    pub fn filtered(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Environment {
        let passing = variables.into_iter().filter(|(name, _)| name.to_str().is_some_and(may_pass));
        let fixed = FIXED.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Environment(passing.chain(fixed).collect())
    }

    /// The value of a variable; an empty one counts as none.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.0.insert(name.into(), value.into());
    }

    /// Takes a variable out.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(OsStr::new(name));
    }

    /// The same with one more variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Environment {
        self.set(name, value);
        self
    }

    /// The variables in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

/// Whether a variable of this name may be seen by tests.
fn may_pass(name: &str) -> bool {
    let is_secret = SECRET.iter().any(|end| name.ends_with(end)) || name.starts_with("AWS_") || name.starts_with("GIT_");
    !is_secret && (NAMES.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str]) -> Vec<String> {
        let environment = Environment::filtered(given.iter().map(|name| (OsString::from(name), OsString::from("x"))));
        let is_fixed = |name: &str| FIXED.iter().any(|(fixed, _)| *fixed == name);
        environment.iter().map(|(name, _)| name.to_string_lossy().into_owned()).filter(|name| !is_fixed(name)).collect()
    }

    #[test]
    fn secrets_and_the_variables_of_git_do_not_pass() {
        let given = [
            "PATH",
            "LC_ALL",
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GITHUB_TOKEN",
            "AWS_PROFILE",
            "PYENV_TOKEN",
            "MY_OWN",
            "CARGO_HOME",
            "PKG_CONFIG_KEY",
        ];
        assert_eq!(names(&given), ["CARGO_HOME", "LC_ALL", "PATH"]);
    }

    #[test]
    fn no_variable_that_git_calls_local_passes() {
        // `git rev-parse --local-env-vars` of git 2.47 prints these.
        let local = "GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_CONFIG GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT GIT_OBJECT_DIRECTORY GIT_DIR GIT_WORK_TREE \
                     GIT_IMPLICIT_WORK_TREE GIT_GRAFT_FILE GIT_INDEX_FILE GIT_NO_REPLACE_OBJECTS GIT_REPLACE_REF_BASE GIT_PREFIX GIT_SHALLOW_FILE GIT_COMMON_DIR";
        assert_eq!(names(&local.split_whitespace().collect::<Vec<_>>()), Vec::<String>::new());
    }

    #[test]
    fn fixed_values_win_over_the_users() {
        let environment = Environment::filtered([(OsString::from("PYTHONHASHSEED"), OsString::from("7"))]);
        assert_eq!(environment.get("PYTHONHASHSEED"), Some(OsStr::new("0")));
        assert_eq!(Environment::empty().with("A", "").get("A"), None);
    }
}
