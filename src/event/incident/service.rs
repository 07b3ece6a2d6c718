//! Failures of one service that follow from another's: connections to a service that had failed, or to the same address, and what a
//! service whose process was killed says afterwards.
//!
//! Only troubles of the surroundings are linked here. A service is meant where the message names it as a host, or names the port that
//! services of its sort listen on.

use std::collections::HashMap;

use super::Links;
use crate::event::{Category, Event};

/// A failure follows another by time alone only within so many milliseconds, or so many lines where no times are known.
const SOON_MS: i64 = 60_000;
const SOON_LINES: u32 = 300;
/// Troubles of a connection.
const UNREACHED: &[&str] = &["refused", "unreachable", "name-resolution", "network-timeout", "connection-lost", "network", "database-down"];
/// Ports and the names that services on them bear.
const PORTS: &[(&str, &[&str])] = &[
    ("5432", &["postgres", "postgresql", "db", "database", "pg"]),
    ("3306", &["mysql", "mariadb", "db", "database"]),
    ("6379", &["redis", "cache", "valkey"]),
    ("27017", &["mongo", "mongodb", "db", "database"]),
    ("9092", &["kafka", "broker"]),
    ("5672", &["rabbitmq", "rabbit", "broker", "mq"]),
    ("9200", &["elasticsearch", "elastic", "opensearch"]),
    ("2181", &["zookeeper"]),
    ("11211", &["memcached"]),
];

/// Words of such messages that may be names of services, too.
const PLAIN: &[&str] = &["server", "client", "host", "connection", "connect", "network", "error", "port", "socket", "address", "request"];

/// Links between services.
pub(super) fn links(events: &[Event], faults: &[Option<&str>], links: &mut Links) {
    let services = Services::of(events);
    let mut unreached: HashMap<(Option<&str>, String), usize> = HashMap::new();
    let mut killed: HashMap<&str, usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        let fault = faults[at];
        let is_unreached = fault.is_some_and(|fault| UNREACHED.contains(&fault));
        if is_unreached && let Some((service, cause)) = services.named_by(events, at) {
            links.add(at, cause, || format!("it could not reach `{service}`, which had failed before"));
        }
        // A connection that was lost had been there: each may be lost for a reason of its own.
        if is_unreached
            && fault != Some("connection-lost")
            && let Some(address) = address_in(event)
        {
            let cause = *unreached.entry((event.service.as_deref(), address.clone())).or_insert(at);
            links.add(at, cause, || format!("both could not reach `{address}`"));
        }
        let Some(service) = event.service.as_deref() else { continue };
        if fault == Some("killed") {
            killed.entry(service).or_insert(at);
        } else if let Some(cause) = killed.get(service).copied()
            && is_of_surroundings(event)
            && let Some(after) = soon(&events[cause], event)
        {
            links.add(at, cause, || format!("`{service}` was killed {after} before: by time and service alone"));
        }
    }
}

fn is_of_surroundings(event: &Event) -> bool {
    matches!(event.category, Category::Network | Category::Database | Category::Api | Category::Memory | Category::Deployment)
}

/// How long after `cause` `effect` came, in words, if that was soon.
fn soon(cause: &Event, effect: &Event) -> Option<String> {
    if let (Some((_, before)), Some((after, _))) = (cause.timeline.span, effect.timeline.span) {
        let gap = after - before;
        return (0..=SOON_MS).contains(&gap).then(|| format!("{} s", gap.div_euclid(1000)));
    }
    let gap = effect.lines.start.checked_sub(cause.lines.start)?;
    (gap <= SOON_LINES).then(|| format!("{gap} lines"))
}

/// The services of a log by the names that others call them.
struct Services<'e> {
    /// Name of a host -> the service.
    hosts: HashMap<&'e str, &'e str>,
    /// The failures of each, in the order of the log.
    failures: HashMap<&'e str, Vec<usize>>,
}

impl<'e> Services<'e> {
    fn of(events: &'e [Event]) -> Services<'e> {
        let mut services = Services { hosts: HashMap::new(), failures: HashMap::new() };
        for (at, event) in events.iter().enumerate() {
            let Some(name) = event.service.as_deref() else { continue };
            if services.failures.entry(name).or_default().is_empty() {
                let base = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', '.']);
                services.hosts.insert(name, name);
                services.hosts.entry(if base.is_empty() { name } else { base }).or_insert(name);
            }
            services.failures.entry(name).or_default().push(at);
        }
        services
    }

    /// The service that the event at `at` could not reach, and the last failure of that service before it.
    fn named_by(&self, events: &[Event], at: usize) -> Option<(&'e str, usize)> {
        if self.failures.len() < 2 {
            return None;
        }
        let event = &events[at];
        let is_host = |word: &&str| !PLAIN.contains(word);
        let service = texts(event).flat_map(words).filter(is_host).find_map(|word| self.hosts.get(word)).or_else(|| self.on_port(event))?;
        let failures = self.failures.get(service).filter(|_| event.service.as_deref() != Some(*service))?;
        let before = failures.partition_point(|failure| *failure < at);
        Some((service, *failures.get(before.checked_sub(1)?)?))
    }

    /// The service that bears a name of those that listen on the port in the message.
    fn on_port(&self, event: &Event) -> Option<&&'e str> {
        let names = texts(event).flat_map(words).find_map(|word| PORTS.iter().find(|(port, _)| *port == word))?.1;
        names.iter().find_map(|name| self.hosts.get(name))
    }
}

/// The first line of the message and those of the causes.
fn texts(event: &Event) -> impl Iterator<Item = &str> {
    let causes = event.causes.iter().take(4).map(|cause| cause.message.lines().next().unwrap_or_default());
    std::iter::once(event.headline()).chain(causes)
}

/// The words of a message that may be hosts or ports.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).filter(|word| !word.is_empty()).take(60)
}

/// `host:port` or `host='host', port=12` in the message or in one of the causes.
fn address_in(event: &Event) -> Option<String> {
    texts(event).find_map(|text| {
        let is_of_address = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        let of_signs =
            || text.split(|c: char| !is_of_address(c)).take(60).map(|word| word.trim_matches([':', '.'])).find(|word| is_address(word));
        let of_fields = || {
            let (host, rest) = text.split_once("host='")?.1.split_once("', port=")?;
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some(format!("{host}:{port}")).filter(|address| is_address(address))
        };
        of_fields().or_else(|| of_signs().map(str::to_owned))
    })
}

/// A name or number of a host and a port; a file and its line are none.
fn is_address(word: &str) -> bool {
    let Some((host, port)) = word.rsplit_once(':') else { return false };
    let is_port = (2..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_file = [".rs", ".py", ".js", ".ts", ".go", ".c", ".java", ".cc", ".h"].iter().any(|end| host.ends_with(end));
    is_port && !host.is_empty() && !is_file && !host.contains(':') && host.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::incident::outline;
    use crate::event::{Place, classify};
    use crate::syntax::LanguageId;

    fn event(service: &str, kind: &str, message: &str, file: &str) -> Event {
        let place = Place { file: file.to_owned(), line: Some(3), function: Some("f".to_owned()), ..Place::default() };
        let service = (!service.is_empty()).then(|| service.to_owned());
        let mut event = Event { raised_at: Some(place), service, ..Event::new(LanguageId::PYTHON, kind, message) };
        (event.severity, event.category) = classify::classify(&event);
        event
    }

    #[track_caller]
    fn check(events: Vec<Event>, expected: &[&str]) {
        assert_eq!(outline(events), expected);
    }

    #[test]
    fn who_calls_a_service_that_had_failed_is_its_effect() {
        let dead = || event("db-1", "MemoryError", "", "db.py");
        let refused = |to: &str| event("web-1", "ConnectionRefusedError", &format!("[Errno 111] could not connect to {to}"), "web.py");
        check(vec![dead(), refused("db:5432")], &["1 <- 0: it could not reach `db-1`, which had failed before"]);
        check(vec![dead(), refused("host='db', port=1")], &["1 <- 0: it could not reach `db-1`, which had failed before"]);
        check(vec![dead(), refused("10.0.0.7 port 5432")], &["1 <- 0: it could not reach `db-1`, which had failed before"]);
        check(vec![dead(), refused("cache:6379")], &[]);
        check(vec![refused("db:5432"), dead()], &[]);
        check(vec![dead(), event("web-1", "KeyError", "'db'", "web.py")], &[]);
        check(vec![dead(), event("db-1", "ConnectionRefusedError", "[Errno 111] db:5432", "db2.py")], &[]);
    }

    #[test]
    fn the_same_address_is_one_cause() {
        let refused = |file: &str, to: &str| event("", "ConnectionRefusedError", &format!("[Errno 111] Connection refused: {to}"), file);
        check(vec![refused("a.py", "db:5432"), refused("b.py", "db:5432")], &["1 <- 0: both could not reach `db:5432`"]);
        let expected = &["1 <- 0: both could not reach `db:5432`"];
        check(vec![refused("a.py", "host='db', port=5432): gone"), refused("b.py", "db:5432")], expected);
        check(vec![refused("a.py", "db:5432"), refused("b.py", "db:5433")], &[]);
        check(vec![refused("a.py", "x.rs:54"), refused("b.py", "x.rs:54")], &[]);
        let wrong = |file: &str| event("", "ValueError", "bad address db:5432", file);
        check(vec![wrong("a.py"), wrong("b.py")], &[]);
    }

    #[test]
    fn what_a_killed_service_says_soon_after_is_weakly_linked() {
        let killed = |time| {
            let mut event = event("web", "unknown", "OOMKilled", "x");
            event.timeline.add(time);
            event
        };
        let lost = |service: &str, time| {
            let mut event = event(service, "ConnectionResetError", "[Errno 104] Connection reset by peer", "web.py");
            event.timeline.add(time);
            event
        };
        check(vec![killed(0), lost("web", 2500)], &["1 <- 0: `web` was killed 2 s before: by time and service alone"]);
        check(vec![killed(0), lost("web", 3_600_000)], &[]);
        check(vec![killed(0), lost("api", 2500)], &[]);
        check(vec![killed(9000), lost("web", 2500)], &[]);
        let mut code = event("web", "ValueError", "bad", "web.py");
        code.timeline.add(100);
        check(vec![killed(0), code], &[]);
    }
}
