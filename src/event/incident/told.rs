//! Failures that say themselves that another came before: groups, chains, poisoned locks, dead workers, failed transactions.

use std::collections::HashMap;

use super::Links;
use crate::event::{Category, Event};
use crate::syntax::LanguageId;

/// A command's failure stands at most so many lines above the exception of the program that ran it.
const NEAR: u32 = 40;

/// What a failure says of another, and which other can be meant.
struct Follower {
    /// The last part of its kind, or none for any.
    kinds: &'static [&'static str],
    /// What its message holds, or none for any.
    words: &'static [&'static str],
    follows: fn(&Event, Option<&str>) -> bool,
    reach: Reach,
    evidence: &'static str,
}

/// Which of the failures that it may follow is meant. One without a test may belong to any: threads have no names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The first of its test.
    Test,
    /// The first of its test or else of the service: tests share what is static.
    Service,
    /// The last before it that may be of its test.
    Nearest,
}

const FOLLOWERS: &[Follower] = &[
    Follower {
        kinds: &["panic"],
        words: &["PoisonError"],
        follows: is_first_panic,
        reach: Reach::Service,
        evidence: "it says that another thread panicked before",
    },
    Follower {
        kinds: &["panic"],
        words: &[
            "JoinError::Panic",
            "a scoped thread panicked",
            "Any { .. }",
            "panic in a destructor during cleanup",
            "panic in a function that cannot unwind",
        ],
        follows: is_first_panic,
        reach: Reach::Nearest,
        evidence: "it says that another thread panicked before",
    },
    Follower {
        kinds: &["panic"],
        words: &[
            "RecvError",
            "SendError",
            "sending on a closed channel",
            "receiving on a closed channel",
            "empty and disconnected channel",
            "channel closed",
        ],
        follows: is_first_panic,
        reach: Reach::Test,
        evidence: "the other end of its channel was gone, after another thread had panicked",
    },
    Follower {
        kinds: &["cargo"],
        words: &["process didn't exit successfully"],
        follows: is_first_panic,
        reach: Reach::Test,
        evidence: "it reports the exit of the process that panicked before",
    },
    Follower {
        kinds: &["cargo"],
        words: &["could not compile"],
        follows: is_of_rustc,
        reach: Reach::Test,
        evidence: "it sums up the errors of the compiler before it",
    },
    Follower {
        kinds: &[
            "BrokenProcessPool",
            "BrokenExecutor",
            "WorkerLostError",
            "ChildFailedError",
            "ProcessExitedException",
            "TerminatedWorkerError",
        ],
        words: &[],
        follows: is_death,
        reach: Reach::Test,
        evidence: "it says that one of its processes died, and one had died before",
    },
    Follower {
        kinds: &["RuntimeError"],
        words: &["DataLoader worker ("],
        follows: is_death,
        reach: Reach::Test,
        evidence: "it says that one of its workers died, and one had died before",
    },
    Follower {
        kinds: &[
            "InFailedSqlTransaction",
            "TransactionManagementError",
            "PendingRollbackError",
            "InternalError",
            "InFailedSQLTransactionError",
        ],
        words: &["transaction"],
        follows: is_of_database,
        reach: Reach::Test,
        evidence: "it says that its transaction had failed before",
    },
    Follower {
        kinds: &[],
        words: &[
            "See root cause above",
            "see root cause above",
            "See error above",
            "see the error above",
            "See the error above",
            "due to previous errors",
        ],
        follows: is_any,
        reach: Reach::Nearest,
        evidence: "it says that its cause stands above",
    },
];

/// Links that the failures themselves tell of.
pub(super) fn links(events: &[Event], faults: &[Option<&str>], links: &mut Links) {
    groups(events, links);
    followers(events, faults, links);
    chains(events, links);
    commands(events, links);
    answers(events, links);
}

fn groups(events: &[Event], links: &mut Links) {
    for (at, event) in events.iter().enumerate() {
        if let Some(group) = event.within.filter(|group| *group < events.len()) {
            links.add(group, at, || "it is a part of the group".to_owned());
        }
    }
}

/// For each line of the table the failures that say so, and which one each follows.
fn followers(events: &[Event], faults: &[Option<&str>], links: &mut Links) {
    for follower in FOLLOWERS {
        let mut seen: HashMap<(Option<&str>, Option<&str>), usize> = HashMap::new();
        let mut of_service: HashMap<Option<&str>, usize> = HashMap::new();
        for (at, event) in events.iter().enumerate() {
            let (service, test) = (event.service.as_deref(), event.test.as_deref());
            if follower.is_one(event) {
                let of_test = seen.get(&(service, test)).or_else(|| seen.get(&(service, None)));
                let others = || of_service.get(&service).filter(|_| test.is_none() || follower.reach == Reach::Service);
                if let Some(cause) = of_test.or_else(others) {
                    links.add(at, *cause, || follower.evidence.to_owned());
                }
            } else if (follower.follows)(event, faults[at]) {
                if follower.reach == Reach::Nearest {
                    seen.insert((service, test), at);
                    of_service.insert(service, at);
                }
                seen.entry((service, test)).or_insert(at);
                of_service.entry(service).or_insert(at);
            }
        }
    }
}

impl Follower {
    fn is_one(&self, event: &Event) -> bool {
        let kind = event.kind.rsplit('.').next().unwrap_or_default();
        let has_words = || self.words.is_empty() || self.words.iter().any(|word| event.headline().contains(word));
        (self.kinds.is_empty() || self.kinds.contains(&kind)) && has_words()
    }
}

fn is_first_panic(event: &Event, _: Option<&str>) -> bool {
    event.kind == "panic" && !FOLLOWERS.iter().any(|follower| follower.is_one(event))
}

fn is_any(_: &Event, _: Option<&str>) -> bool {
    true
}

fn is_of_rustc(event: &Event, _: Option<&str>) -> bool {
    event.language == LanguageId::RUST && !event.labels.is_empty()
}

fn is_death(event: &Event, fault: Option<&str>) -> bool {
    let is_end = || matches!(fault, Some("killed" | "memory" | "gpu-memory" | "heap" | "thread-limit"));
    matches!(event.kind.as_str(), "fatal-error" | "stack-overflow" | "SystemExit") || is_end()
}

fn is_of_database(event: &Event, _: Option<&str>) -> bool {
    event.category == Category::Database
}

/// Kind, first line of the message, service and test.
type Printed<'e> = (&'e str, &'e str, Option<&'e str>, Option<&'e str>);

/// An exception that another names as its cause, printed by itself before.
fn chains(events: &[Event], links: &mut Links) {
    let mut printed: HashMap<Printed<'_>, usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        let (service, test) = (event.service.as_deref(), event.test.as_deref());
        for cause in event.causes.iter().filter(|cause| !cause.message.is_empty()) {
            let headline = cause.message.lines().next().unwrap_or_default();
            if let Some(first) = printed.get(&(cause.kind.as_str(), headline, service, test)) {
                links.add(at, *first, || format!("it names this {} as its cause", cause.kind));
            }
        }
        printed.entry((&event.kind, event.headline(), service, test)).or_insert(at);
    }
}

/// A program that stops because a command that it ran failed: what that command printed stands right above.
fn commands(events: &[Event], links: &mut Links) {
    for (pair, at) in events.windows(2).zip(1..) {
        let [before, event] = pair else { continue };
        let is_failed_command = event.kind.ends_with("CalledProcessError") && event.headline().contains("non-zero exit status");
        let is_near = event.lines.start >= before.lines.end && event.lines.start - before.lines.end <= NEAR;
        let is_same_place = before.service == event.service && before.test == event.test;
        if is_failed_command && is_near && is_same_place && !before.kind.ends_with("CalledProcessError") {
            links.add(at, at - 1, || "a command that it ran failed, and this was printed right before".to_owned());
        }
    }
}

/// An assertion about an answer 500, and the one other failure that was logged in its test.
fn answers(events: &[Event], links: &mut Links) {
    let mut of_test: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Some(test) = &event.test {
            of_test.entry(test).or_default().push(at);
        }
    }
    for pair in of_test.values() {
        let &[one, two] = pair.as_slice() else { continue };
        let is_about_answer = |at: usize| {
            events[at].kind.ends_with("AssertionError")
                && events[at].headline().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "500")
        };
        let is_other = |at: usize| !events[at].kind.ends_with("AssertionError") && !events[at].frames.is_empty();
        for (effect, cause) in [(one, two), (two, one)] {
            if is_about_answer(effect) && is_other(cause) {
                links.add(effect, cause, || "the answer in its test was 500, and this was logged in the same test".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::incident::outline;
    use crate::event::{Cause, Frame};

    const POISON: &str = "called `Result::unwrap()` on an `Err` value: PoisonError { .. }";

    fn event(kind: &str, message: &str) -> Event {
        let language = if kind == "panic" || kind == "cargo" { LanguageId::RUST } else { LanguageId::PYTHON };
        Event::new(language, kind, message)
    }

    fn of_test(test: &str, event: Event) -> Event {
        Event { test: Some(test.to_owned()), ..event }
    }

    fn of_service(service: &str, event: Event) -> Event {
        Event { service: Some(service.to_owned()), ..event }
    }

    #[track_caller]
    fn check(events: Vec<Event>, expected: &[&str]) {
        assert_eq!(outline(events), expected);
    }

    #[test]
    fn a_poisoned_lock_points_at_the_first_panic() {
        let expected = &["1 <- 0: it says that another thread panicked before"];
        check(vec![event("panic", "boom"), event("panic", POISON)], expected);
        check(vec![of_test("a", event("panic", "boom")), of_test("b", event("panic", POISON))], expected);
        check(vec![of_service("a", event("panic", "boom")), of_service("b", event("panic", POISON))], &[]);
        check(vec![event("panic", POISON), event("panic", "boom")], &[]);
        check(vec![event("KeyError", "boom"), event("panic", POISON)], &[]);
    }

    #[test]
    fn a_joined_thread_points_at_the_last_panic_that_may_be_its_own() {
        let joined = |test: &str| of_test(test, event("panic", "called `Result::unwrap()` on an `Err` value: Any { .. }"));
        let expected = &["2 <- 1: it says that another thread panicked before"];
        check(vec![event("panic", "boom"), event("panic", "bang"), joined("a")], expected);
        check(vec![of_test("b", event("panic", "boom")), joined("a")], &[]);
    }

    #[test]
    fn a_closed_channel_points_at_a_panic_of_the_same_test() {
        let closed = || event("panic", "called `Result::unwrap()` on an `Err` value: RecvError");
        let expected = &["1 <- 0: the other end of its channel was gone, after another thread had panicked"];
        check(vec![event("panic", "boom"), closed()], expected);
        check(vec![of_test("a", event("panic", "boom")), of_test("a", closed())], expected);
        check(vec![of_test("a", event("panic", "boom")), of_test("b", closed())], &[]);
        check(vec![closed(), event("panic", "boom")], &[]);
    }

    #[test]
    fn a_dead_worker_breaks_its_pool() {
        let broken = || event("concurrent.futures.process.BrokenProcessPool", "A process in the pool was terminated abruptly");
        check(
            vec![event("fatal-error", "Segmentation fault"), broken()],
            &["1 <- 0: it says that one of its processes died, and one had died before"],
        );
        check(vec![event("ValueError", "bad"), broken()], &[]);
        check(vec![of_service("a", event("fatal-error", "Segmentation fault")), of_service("b", broken())], &[]);
    }

    #[test]
    fn a_failed_transaction_points_at_the_statement_that_failed() {
        let failed = event("psycopg2.errors.InFailedSqlTransaction", "current transaction is aborted, commands ignored");
        let statement = Event { category: Category::Database, ..event("psycopg2.errors.UndefinedTable", "relation \"x\" does not exist") };
        check(vec![statement, failed.clone()], &["1 <- 0: it says that its transaction had failed before"]);
        check(vec![event("ValueError", "bad"), failed], &[]);
    }

    #[test]
    fn who_points_above_is_the_effect_of_what_stands_there() {
        let pointing = || event("RuntimeError", "Engine core initialization failed. See root cause above.");
        let events = vec![event("KeyError", "'a'"), event("ValueError", "no memory"), pointing()];
        check(events, &["2 <- 1: it says that its cause stands above"]);
        check(vec![pointing(), event("ValueError", "no memory")], &[]);
        check(vec![of_service("a", event("ValueError", "no memory")), of_service("b", pointing())], &[]);
    }

    #[test]
    fn a_named_cause_that_was_printed_before_is_the_cause() {
        let cause = Cause { kind: "KeyError".to_owned(), message: "'user'".to_owned(), ..Cause::default() };
        let outer = Event { causes: vec![cause], ..event("RuntimeError", "no answer") };
        check(vec![event("KeyError", "'user'"), outer.clone()], &["1 <- 0: it names this KeyError as its cause"]);
        check(vec![event("KeyError", "'role'"), outer.clone()], &[]);
        check(vec![of_service("a", event("KeyError", "'user'")), of_service("b", outer)], &[]);
    }

    #[test]
    fn a_failed_command_points_at_what_was_printed_right_before() {
        let failed = event("subprocess.CalledProcessError", "Command '['x']' returned non-zero exit status 1.");
        check(
            vec![event("ValueError", "bad"), failed.clone()],
            &["1 <- 0: a command that it ran failed, and this was printed right before"],
        );
        check(vec![of_service("a", event("ValueError", "bad")), failed.clone()], &[]);
        check(vec![failed.clone(), event("ValueError", "bad")], &[]);
    }

    #[test]
    fn an_answer_500_points_at_the_failure_that_was_logged_in_the_test() {
        let logged = || Event { frames: vec![Frame::default()], ..event("ValueError", "bad") };
        let expected = &["0 <- 1: the answer in its test was 500, and this was logged in the same test"];
        check(vec![of_test("t", event("AssertionError", "assert 500 == 200")), of_test("t", logged())], expected);
        check(vec![of_test("t", event("AssertionError", "assert 404 == 200")), of_test("t", logged())], &[]);
        check(vec![of_test("t", event("AssertionError", "assert 500 == 200")), of_test("u", logged())], &[]);
    }

    #[test]
    fn a_group_follows_from_its_first_part() {
        let leaf = Event { within: Some(0), ..event("ValueError", "bad") };
        check(vec![event("ExceptionGroup", "two (1 sub-exception)"), leaf], &["0 <- 1: it is a part of the group"]);
    }

    #[test]
    fn what_cargo_sums_up_points_at_the_error() {
        use crate::event::Label;
        let error = Event { labels: vec![Label::default()], ..Event::new(LanguageId::RUST, "E0308", "mismatched types") };
        let summary = || event("cargo", "could not compile `x` (lib) due to 1 previous error");
        check(vec![error, summary()], &["1 <- 0: it sums up the errors of the compiler before it"]);
        check(vec![event("panic", "boom"), summary()], &[]);
    }
}
