//! Output of a command in a file of its own: read back whole, or its head and tail when it is too much.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};

/// Room that every stream gets before its command starts: a full disk is then our error, not a program that "says nothing".
const RESERVED: i64 = 64 << 10;

/// A file without a name for one stream.
pub(super) fn stream_file() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    match fallocate(&file, FallocateFlags::FALLOC_FL_KEEP_SIZE, 0, RESERVED) {
        // Not every file system can reserve; the answer is then found out while writing.
        Ok(()) | Err(Errno::EOPNOTSUPP | Errno::ENOSYS) => Ok(file),
        Err(error) => Err(error.into()),
    }
}

/// The stream in `file`: whole, or its first and last `kept / 2` bytes with a line between them that says how much is missing.
pub(super) fn read_back(mut file: &File, kept: usize) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let half = (kept / 2) as u64;
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    if length <= kept as u64 {
        file.take(length).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    file.take(half).read_to_end(&mut bytes)?;
    bytes.extend_from_slice(format!("\n[... {} bytes left out ...]\n", length - 2 * half).as_bytes());
    file.seek(SeekFrom::Start(length - half))?;
    file.take(half).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn check(written: &str, kept: usize, expected: &str) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(written.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(read_back(&file, kept).unwrap()).unwrap(), expected);
    }

    #[test]
    fn head_and_tail_stay_of_what_is_too_long() {
        check("", 4, "");
        check("abcd", 4, "abcd");
        check("abcdefg", 4, "ab\n[... 3 bytes left out ...]\nfg");
    }
}
