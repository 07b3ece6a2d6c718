//! rustc's own error index: every documented example that fails, healed, with two peers beside it.
//!
//! `cargo bench --bench index [-- CODE... --keep DIR --binary PATH]` reads the error-code pages that the toolchain's `rust-docs` component
//! holds. An example counts when the stable compiler of this machine fails it with the code of its page. Each becomes a package of its
//! own; `homeostasis fix` gets the log of its build. A patch that it shows is compiled again by the bench itself, compared with the
//! corrections of the page, and searched for anything that it deleted. The peers work on the same packages: `cargo fix --broken-code`
//! (machine-applicable suggestions alone), and every suggestion of the compiler, one by one, with the compiler as judge.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

mod example;
mod package;
mod peers;
mod table;
mod text;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use example::Example;
use table::Row;

/// What the command line asks for.
pub(crate) struct Request {
    /// Codes or ids of examples; all, where there is none.
    names: Vec<String>,
    keep: Option<PathBuf>,
    pub(crate) binary: PathBuf,
    pub(crate) has_peers: bool,
}

fn main() -> ExitCode {
    match request(std::env::args().skip(1)).and_then(|request| work(&request)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn request(mut arguments: impl Iterator<Item = String>) -> io::Result<Request> {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_homeostasis"));
    let mut request = Request { names: Vec::new(), keep: None, binary, has_peers: true };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{argument} needs a value")));
        match argument.as_str() {
            "--keep" => request.keep = Some(value()?),
            "--binary" => request.binary = value()?,
            "--no-peers" => request.has_peers = false,
            "--bench" => {} // cargo bench says so to every bench
            _ => request.names.push(argument),
        }
    }
    Ok(request)
}

/// Tries the examples; whether no patch that is called healed deleted anything.
fn work(request: &Request) -> io::Result<bool> {
    let scratch = tempfile::tempdir()?;
    let out = request.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    let is_wanted = |example: &Example| request.names.is_empty() || request.names.iter().any(|name| example.is_named(name));
    let examples: Vec<Example> = example::all()?.into_iter().filter(is_wanted).collect();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let work = || -> io::Result<()> {
            while let Some(example) = examples.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Some(row) = package::run(example, request, &out.join(&example.id))? {
                    rows.lock().map_err(|_| io::Error::other("another worker has panicked"))?.push(row);
                }
            }
            Ok(())
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a worker has panicked"))))
    })?;
    let mut rows: Vec<Row> = rows.into_inner().map_err(|_| io::Error::other("a worker has panicked"))?;
    rows.sort_by(|one, two| one.id.cmp(&two.id));
    Ok(table::print(&rows, request.has_peers))
}
