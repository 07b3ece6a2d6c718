//! A log that grows: a file at a path, or a pipe. A file that is not there yet is waited for; one that was replaced or emptied is read anew.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::input::InputError;

/// What is read at once.
const PIECE: usize = 1 << 20;
/// How often a file is looked at; a person does not see less.
const PAUSE: Duration = Duration::from_millis(100);
/// The first bytes of packed files, which do not grow by lines: gzip, Zstandard.
const PACKED: [&[u8]; 2] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd]];

/// What a log that grows gives when it is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fed {
    /// These bytes are new.
    Bytes(Vec<u8>),
    /// Nothing for now.
    Nothing,
    /// Nothing any more.
    End,
}

/// A log that grows.
pub(super) enum Feed {
    /// A file.
    File(Tail),
    /// What a thread reads from a pipe.
    Pipe(Receiver<io::Result<Vec<u8>>>),
}

impl Feed {
    /// The standard input.
    pub(super) fn stdin() -> Feed {
        let (sender, receiver) = sync_channel(4);
        // A read of a pipe cannot be interrupted, but waiting for a thread can; the thread ends with the program.
        std::thread::spawn(move || pump(io::stdin(), &sender));
        Feed::Pipe(receiver)
    }

    /// The file at `path`, which need not be there yet; `name` is what the person called it.
    ///
    /// # Errors
    /// It is a folder, or packed.
    pub(super) fn file(path: PathBuf, name: &Path) -> Result<Feed, InputError> {
        if path.is_dir() {
            return Err(InputError::Folder { path: name.to_owned() });
        }
        if is_packed(&path) {
            return Err(InputError::Packed { path: name.to_owned() });
        }
        Ok(Feed::File(Tail { path, file: None, n_read: 0, has_open_line: false }))
    }

    /// What is new; waits a moment where there is nothing.
    pub(super) fn next(&mut self) -> io::Result<Fed> {
        match self {
            Feed::File(tail) => {
                let bytes = tail.read()?;
                if bytes.is_empty() {
                    std::thread::sleep(PAUSE);
                    return Ok(Fed::Nothing);
                }
                Ok(Fed::Bytes(bytes))
            }
            Feed::Pipe(receiver) => match receiver.recv_timeout(PAUSE) {
                Ok(bytes) => Ok(Fed::Bytes(bytes?)),
                Err(RecvTimeoutError::Timeout) => Ok(Fed::Nothing),
                Err(RecvTimeoutError::Disconnected) => Ok(Fed::End),
            },
        }
    }
}

fn pump(mut pipe: impl Read, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut room = vec![0; PIECE];
    loop {
        let read = match pipe.read(&mut room) {
            Ok(0) => return,
            Ok(n) => Ok(room[..n].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let is_last = read.is_err();
        if sender.send(read).is_err() || is_last {
            return;
        }
    }
}

fn is_packed(path: &Path) -> bool {
    let mut first = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut first));
    read.is_ok() && PACKED.iter().any(|magic| first.starts_with(magic))
}

/// The end of a file.
pub(super) struct Tail {
    path: PathBuf,
    /// What is open: the file that was at the path when we last looked.
    file: Option<File>,
    n_read: u64,
    /// The last byte was no line end.
    has_open_line: bool,
}

impl Tail {
    /// The next bytes, one piece at most; none where nothing is new.
    fn read(&mut self) -> io::Result<Vec<u8>> {
        if let Some(bytes) = self.rest()? {
            return Ok(bytes);
        }
        let Some(found) = self.path.metadata().ok().filter(Metadata::is_file) else { return Ok(Vec::new()) };
        let known = self.file.as_ref().map(File::metadata).transpose()?;
        let is_other = known.is_none_or(|known| (known.dev(), known.ino()) != (found.dev(), found.ino()));
        let is_shorter = found.len() < self.n_read;
        if !is_other && !is_shorter {
            return Ok(Vec::new());
        }
        if is_other {
            self.file = Some(File::open(&self.path)?);
        } else if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0))?;
        }
        self.n_read = 0;
        // What was cut off in the old file must not go on in the new one.
        if std::mem::take(&mut self.has_open_line) {
            return Ok(b"\n".to_vec());
        }
        Ok(self.rest()?.unwrap_or_default())
    }

    /// What is new in the open file.
    fn rest(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = &mut self.file else { return Ok(None) };
        let mut bytes = Vec::new();
        file.by_ref().take(PIECE as u64).read_to_end(&mut bytes)?;
        self.n_read += bytes.len() as u64;
        if let Some(last) = bytes.last() {
            self.has_open_line = *last != b'\n';
        }
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    fn tail(path: &Path) -> Tail {
        Tail { path: path.to_owned(), file: None, n_read: 0, has_open_line: false }
    }

    #[track_caller]
    fn check(tail: &mut Tail, expected: &str) {
        assert_eq!(String::from_utf8(tail.read().unwrap()).unwrap(), expected);
    }

    #[test]
    fn a_file_is_waited_for_and_read_as_it_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        let mut tail = tail(&path);
        check(&mut tail, "");
        fs::write(&path, "one\n").unwrap();
        check(&mut tail, "one\n");
        check(&mut tail, "");
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"two").unwrap();
        check(&mut tail, "two");
        file.write_all(b" more\n").unwrap();
        check(&mut tail, " more\n");
    }

    #[test]
    fn a_rotated_log_is_read_to_its_end_and_then_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        fs::write(&path, "one\n").unwrap();
        let mut tail = tail(&path);
        check(&mut tail, "one\n");
        let mut old = fs::OpenOptions::new().append(true).open(&path).unwrap();
        fs::rename(&path, folder.path().join("app.log.1")).unwrap();
        check(&mut tail, "");
        old.write_all(b"last").unwrap();
        fs::write(&path, "new\n").unwrap();
        check(&mut tail, "last");
        check(&mut tail, "\n");
        check(&mut tail, "new\n");
    }

    #[test]
    fn an_emptied_log_is_read_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        fs::write(&path, "a long first line\n").unwrap();
        let mut tail = tail(&path);
        check(&mut tail, "a long first line\n");
        fs::write(&path, "").unwrap();
        check(&mut tail, "");
        fs::write(&path, "new\n").unwrap();
        check(&mut tail, "new\n");
    }

    #[test]
    fn folders_and_packed_files_do_not_grow() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &Path| Feed::file(path.to_owned(), path).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said(folder.path()).ends_with("is a folder, not a log"));
        let path = folder.path().join("app.log.gz");
        fs::write(&path, [0x1f, 0x8b, 8, 0]).unwrap();
        assert!(said(&path).ends_with("is packed: it does not grow line by line"));
    }
}
