//! The Pythons that fixtures run with, made once below `target/` and shared by all tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The release that the fixtures' logs were printed by.
const PYTEST: &str = "pytest==8.4.2";

/// A virtual environment with nothing but the standard library.
pub(crate) fn plain_python() -> &'static Path {
    static PLAIN: OnceLock<PathBuf> = OnceLock::new();
    PLAIN.get_or_init(|| made_once("plain", |at| run(Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(at))))
}

/// A virtual environment with pytest.
pub(crate) fn pytest_python() -> &'static Path {
    static PYTEST_ENV: OnceLock<PathBuf> = OnceLock::new();
    PYTEST_ENV.get_or_init(|| {
        made_once("pytest", |at| {
            run(Command::new("python3").args(["-m", "venv"]).arg(at));
            run(Command::new(at.join("bin/python")).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYTEST]));
        })
    })
}

/// Where all of them lie.
pub(crate) fn home() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("test-env")
}

/// The folder that `make` fills; only one process makes it, and a half made one is made anew.
fn made_once(name: &str, make: impl Fn(&Path)) -> PathBuf {
    let home = home();
    fs::create_dir_all(&home).expect("the target directory is ours");
    let lock = File::create(home.join(format!("{name}.lock"))).expect("the target directory is ours");
    lock.lock().expect("nothing holds the lock for ever");
    let (folder, done) = (home.join(name), home.join(format!("{name}.done")));
    if fs::read_to_string(&done).is_ok_and(|what| what == PYTEST) {
        return folder;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the target directory is ours");
    }
    make(&folder);
    fs::write(&done, PYTEST).expect("the target directory is ours");
    folder
}

fn run(command: &mut Command) {
    let output = command.output().expect("the tests need python3 (3.8 or later, with venv) on PATH");
    assert!(output.status.success(), "{command:?}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
