//! What git tells a pre-push hook on its standard input.
//!
//! Source: git 2.47, `githooks(5)`, pre-push: `<local-ref> SP <local-object-name> SP <remote-ref> SP <remote-object-name> LF`; a new ref
//! has zeros as its remote object, a deleted one `(delete)` and zeros as its local object. Object names have 40 or 64 digits.

/// A ref that is being pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pushed {
    /// The name that it gets on the remote.
    pub remote_ref: String,
    /// The object that is pushed; a tag may be an object of its own.
    pub local: String,
    /// The object that the remote has under this name; none for a new name.
    pub remote: Option<String>,
}

/// Reads the lines; deletions, notes and what is no such line are left out: there is nothing to test in them.
pub(super) fn pushed(stdin: &str) -> Vec<Pushed> {
    stdin.lines().filter_map(one).collect()
}

fn one(line: &str) -> Option<Pushed> {
    // A local name may be any revision, `HEAD^{/fix it}` included: the three last words are the ones that count.
    let mut words = line.rsplitn(4, ' ');
    let (remote, remote_ref, local) = (words.next()?, words.next()?, words.next()?);
    words.next()?;
    let is_testable = !remote_ref.starts_with("refs/notes/");
    let is_new = is_zero(remote);
    (is_object(local) && is_object(remote) && !is_zero(local) && is_testable).then(|| Pushed {
        remote_ref: remote_ref.to_owned(),
        local: local.to_owned(),
        remote: (!is_new).then(|| remote.to_owned()),
    })
}

fn is_object(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_zero(name: &str) -> bool {
    name.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn check(line: &str, expected: Option<(&str, &str, Option<&str>)>) {
        let read = one(line);
        let read = read.as_ref().map(|pushed| (pushed.remote_ref.as_str(), pushed.local.as_str(), pushed.remote.as_deref()));
        assert_eq!(read, expected, "{line}");
    }

    #[test]
    fn the_lines_of_git_are_read() {
        check(&format!("refs/heads/main {ONE} refs/heads/main {TWO}"), Some(("refs/heads/main", ONE, Some(TWO))));
        check(&format!("refs/heads/new {ONE} refs/heads/new {ZERO}"), Some(("refs/heads/new", ONE, None)));
        check(&format!("HEAD^{{/fix it}} {ONE} refs/heads/x {ZERO}"), Some(("refs/heads/x", ONE, None)));
        check(&format!("refs/tags/v1 {ONE} refs/tags/v1 {ZERO}"), Some(("refs/tags/v1", ONE, None)));
        check(&format!("(delete) {ZERO} refs/heads/old {ONE}"), None);
        check(&format!("refs/notes/commits {ONE} refs/notes/commits {ZERO}"), None);
        check("", None);
        check("refs/heads/main abc refs/heads/main def", None);
    }

    #[test]
    fn names_of_sha256_are_read_too() {
        let (one, zero) = ("a".repeat(64), "0".repeat(64));
        assert_eq!(pushed(&format!("refs/heads/m {one} refs/heads/m {zero}\n")).len(), 1);
    }
}
