//! Searches text for any of a few hundred literals at once, at gigabytes a second.
//!
//! Every second place of the text is looked at: the three bytes there either belong to no literal, which a table tells, or the
//! literals to which they belong are compared. Which three bytes of a literal go into the table is free, as long as there are some at
//! an even and some at an odd place of it; those that are rare in ordinary logs are taken. The usual algorithms were slower when
//! measured: vector search takes 64 literals at most, and automata look at every byte.
//!
//! Source: the idea of looking at few places is that of Wu and Manber, A fast algorithm for multi-pattern searching, 1994.

use std::collections::HashMap;
use std::ops::Range;

/// Bytes that are looked up together.
const GRAM: usize = 3;
/// Every place of this many is looked at.
const STRIDE: usize = 2;
/// A literal has at least so many bytes, so that wherever it stands, a gram of it is looked at.
pub(super) const SHORTEST: usize = GRAM + STRIDE - 1;
/// Places that are looked at before it is asked whether any of them was of interest.
const AT_ONCE: usize = 8;
const TABLE_BITS: u32 = 16;
const TABLE_LEN: usize = 1 << TABLE_BITS;
type Table = [u8; TABLE_LEN];
/// So many hash functions are tried.
const N_TRIED: u32 = 24;

/// A set of literals.
pub(super) struct Literals {
    all: Vec<Box<[u8]>>,
    /// Multiplier of the hash.
    factor: u32,
    /// For each hash of a gram: zero, or the number of its group, counted from one.
    table: Box<Table>,
    groups: Vec<Group>,
    /// The candidates of all groups, one group after the other.
    candidates: Vec<Candidate>,
}

/// Grams that share a number, and the literals that hold them.
#[derive(Debug, Clone, Default)]
struct Group {
    /// Which bytes may stand before the gram, and which behind it: a bit for each.
    before: [u64; 4],
    after: [u64; 4],
    candidates: Range<u32>,
}

/// A literal that holds a gram.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    group: u8,
    literal: u16,
    /// Where the gram stands in it.
    offset: u8,
    /// The first bytes of the literal, as a number, and which bits of the number count.
    first: u64,
    mask: u64,
}

impl Literals {
    /// A set; each literal has at least [`SHORTEST`] bytes.
    pub(super) fn new(literals: impl IntoIterator<Item = impl AsRef<str>>) -> Literals {
        let literals: Vec<Box<[u8]>> = literals.into_iter().map(|literal| Box::from(literal.as_ref().as_bytes())).collect();
        let ordinary = Ordinary::new();
        let entries = (0..literals.len()).flat_map(|index| (0..STRIDE).map(move |parity| (index, parity)));
        let entries = entries.filter_map(|(index, parity)| Some((index, ordinary.rarest(&literals[index], parity)?)));
        let entries: Vec<(usize, usize)> = entries.collect();
        let grams: Vec<u32> = entries.iter().map(|(index, offset)| gram(&literals[*index][*offset..])).collect();
        let mut set = Literals {
            table: vec![0; TABLE_LEN].try_into().expect("it has this length"),
            groups: Vec::new(),
            candidates: Vec::new(),
            factor: best_factor(&grams),
            all: literals,
        };
        for ((index, offset), gram) in entries.into_iter().zip(grams) {
            set.enter(index, offset, gram);
        }
        set.candidates.sort_by_key(|candidate| candidate.group);
        for (group, number) in set.groups.iter_mut().zip(1..=u8::MAX) {
            let place = |group: u8| set.candidates.partition_point(|candidate| candidate.group < group) as u32;
            group.candidates = place(number)..number.checked_add(1).map_or(set.candidates.len() as u32, place);
        }
        set
    }

    /// Enters a gram of a literal.
    fn enter(&mut self, index: usize, offset: usize, gram: u32) {
        let slot = &mut self.table[hash(gram, self.factor)];
        if *slot == 0 {
            // More than 255 groups would not fit into a byte: the grams that come later join those that are there.
            if self.groups.len() < usize::from(u8::MAX) {
                self.groups.push(Group::default());
                *slot = self.groups.len() as u8;
            } else {
                *slot = (index % usize::from(u8::MAX)) as u8 + 1;
            }
        }
        let literal = &self.all[index];
        let group = &mut self.groups[usize::from(*slot) - 1];
        allow(&mut group.before, offset.checked_sub(1).map(|before| literal[before]));
        allow(&mut group.after, literal.get(offset + GRAM).copied());
        let (first, n_first) = first_bytes(literal, 0);
        let mask = u64::MAX >> (64 - 8 * n_first);
        self.candidates.push(Candidate { group: *slot, literal: index as u16, offset: offset as u8, first, mask });
    }

    /// Tells `found` where in `text` a literal begins, and which, for all that lie in `range`; it says whether to go on. They come in
    /// the order of their lines.
    pub(super) fn find_in(&self, text: &[u8], range: Range<usize>, mut found: impl FnMut(usize, usize) -> bool) {
        let text = &text[..range.end];
        let (table, factor) = (&*self.table, self.factor);
        let mut at = range.start;
        loop {
            let (begin, mut groups) = next_groups(table, factor, text, at);
            at = begin;
            if groups == 0 {
                break;
            }
            while groups != 0 {
                let n = groups.trailing_zeros() as usize / 8;
                let group = (groups >> (8 * n)) as u8;
                groups &= !(0xff << (8 * n));
                if !self.compare(text, at + n * STRIDE, group, range.start, &mut found) {
                    return;
                }
            }
            at += AT_ONCE * STRIDE;
        }
        while at + GRAM <= text.len() {
            let group = table[hash(gram(&text[at..]), factor)];
            if group != 0 && !self.compare(text, at, group, range.start, &mut found) {
                return;
            }
            at += STRIDE;
        }
    }

    /// Compares the literals of a group whose gram stands at `at`. By itself, so that the search keeps its registers.
    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, group: u8, begin: usize, found: &mut impl FnMut(usize, usize) -> bool) -> bool {
        let group = &self.groups[usize::from(group) - 1];
        let before = if at == 0 { 0 } else { text[at - 1] };
        let after = text.get(at + GRAM).copied().unwrap_or(0);
        if !is_allowed(&group.before, before) || !is_allowed(&group.after, after) {
            return true;
        }
        for candidate in &self.candidates[group.candidates.start as usize..group.candidates.end as usize] {
            let Some(start) = at.checked_sub(usize::from(candidate.offset)).filter(|start| *start >= begin) else { continue };
            let first = first_bytes(text, start).0;
            if (first ^ candidate.first) & candidate.mask != 0 {
                continue;
            }
            let literal = usize::from(candidate.literal);
            if text[start..].starts_with(&self.all[literal]) && !found(start, literal) {
                return false;
            }
        }
        true
    }
}

/// The next places from `at` on where a literal may stand: the first of them that are looked at together, and a number with one byte
/// for the group of each. The number is zero where too little text is left. By itself, so that nothing takes its registers.
#[inline(never)]
fn next_groups(table: &Table, factor: u32, text: &[u8], mut at: usize) -> (usize, u64) {
    const STEP: usize = AT_ONCE * STRIDE;
    while let Some(chunk) = text[at..].first_chunk::<{ STEP + 2 }>() {
        let slot = |n: usize| table[hash(u32::from_le_bytes([chunk[n], chunk[n + 1], chunk[n + 2], chunk[n + 3]]), factor)];
        let groups = (0..AT_ONCE).fold(0_u64, |groups, n| groups | u64::from(slot(n * STRIDE)) << (8 * n));
        if groups != 0 {
            return (at, groups);
        }
        at += STEP;
    }
    (at, 0)
}

/// Adds a byte to a set, or all of them where any may stand there.
fn allow(set: &mut [u64; 4], byte: Option<u8>) {
    match byte {
        Some(byte) => set[usize::from(byte) / 64] |= 1 << (byte % 64),
        None => *set = [u64::MAX; 4],
    }
}

fn is_allowed(set: &[u64; 4], byte: u8) -> bool {
    set[usize::from(byte) / 64] >> (byte % 64) & 1 == 1
}

/// Three bytes as a number; a fourth one does not change its hash.
fn gram(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
}

/// The factor ends in eight zero bits, so that the highest byte of the number falls out.
fn hash(gram: u32, factor: u32) -> usize {
    (gram.wrapping_mul(factor) >> (32 - TABLE_BITS)) as usize
}

/// The factor with which the fewest grams of ordinary text meet one of `grams` in the table.
fn best_factor(grams: &[u32]) -> u32 {
    let n_met = |factor: &u32| {
        let mut taken = vec![false; TABLE_LEN];
        for gram in grams {
            taken[hash(*gram, *factor)] = true;
        }
        SAMPLE.as_bytes().windows(GRAM).filter(|window| taken[hash(gram(window), *factor)]).count()
    };
    let factors = (1..=N_TRIED).map(|n| n.wrapping_mul(0x9e37_79b1) << 8 | 0x100);
    factors.min_by_key(n_met).unwrap_or(0x9e37_7900)
}

/// Up to eight bytes of `text` from `start` on as a number, and how many there were.
fn first_bytes(text: &[u8], start: usize) -> (u64, usize) {
    let rest = &text[start..];
    match rest.first_chunk::<8>() {
        Some(first) => (u64::from_le_bytes(*first), 8),
        None => (rest.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)), rest.len()),
    }
}

/// How often grams stand in ordinary logs, by a sample.
struct Ordinary {
    grams: HashMap<[u8; 3], u32>,
    pairs: HashMap<[u8; 2], u32>,
}

/// Lines such as most logs are made of, with the words that look like errors and are none.
const SAMPLE: &str = concat!(
    "2024-11-05 13:07:22,481 INFO [app.http] GET /api/users/42?expand=true 200 in 17 ms, no errors\n",
    "2024-11-05T13:07:22.481Z  INFO server::router: request finished method=POST status=201 latency=4ms error=0 errors_total=0\n",
    "{\"timestamp\":\"2024-11-05T13:07:22.481Z\",\"level\":\"info\",\"logger\":\"orders\",\"msg\":\"order stored\",\"error\":null}\n",
    "{\"time\": \"2024-11-05\", \"level\": \"debug\", \"message\": \"cache hit for user:17\", \"errors\": [], \"type\": \"event\"}\n",
    "web-1  | 10.0.0.7 - - [05/Nov/2024:13:07:22 +0000] \"GET /static/main.js HTTP/1.1\" 304 0 \"-\" \"Mozilla/5.0 (X11; Linux)\"\n",
    "Nov  5 13:07:22 host sshd[812]: Accepted publickey for deploy from 10.0.0.9 port 52144 ssh2\n",
    "\u{1b}[2m2024-11-05T13:07:22Z\u{1b}[0m \u{1b}[32mINFO\u{1b}[0m worker: batch 17 of 80, 1 of 4 done; error rate low, 0 failed\n",
    "test tests::parses_error_codes ... ok\n   Compiling serde v1.0.210\nwarning: unused variable\n",
    "DEBUG connection pool: 4 idle, 2 in use, waiting for the database to answer; last exception 3 h ago; this is not an error\n",
    "WARNING deprecated option --format is ignored, use --output instead; see https://docs.example.org/errors/404.html\n",
    "    at the end of the session the connection was closed by the client: retrying in 5 s, timeout 30 s, type=reader\n",
    "INFO thread pool resized to 8 threads, the threshold of 80% was reached; requests: 12, stats: ok, port 5000, \"status\":500\n",
    "2024-11-05 13:07:23.004 +0000 [http-nio-8080-exec-3] INFO  com.example.orders.OrderService - Order 1042 accepted in 35 ms\n",
    "I1105 13:07:23.112345   4711 controller.go:215] Starting workers; sync period 30s, resync in 10m0s, 16 threads, x86_64\n",
    "time=\"2024-11-05T13:07:23Z\" level=info msg=\"exception handlers registered\" component=scheduler attempts=5 size=4096\n",
    "172.18.0.4:50412 - \"GET /errors?page=2 HTTP/1.1\" 200 OK; upstream_response_time 0.004 request_id=7f3a91bc user=9204\n",
    "[13:07:23] [server] connected to replica set rs0: primary mongo-2:27017, secondaries: mongo-0:27017, mongo-1:27017\n",
    "INFO: 2024/11/05 13:07:23 stats: requests=5012 errors=0 exceptions=0 retries=2 p50=4ms p99=48ms queue depth 17; idle 46s\n",
    "worker 3 finished: uploaded 221 segments (69 MB) in 8.91 s, rate 94 per second; cache hits: 91%, misses: 9%, 50 evicted\n",
    "building target app: 14/29 modules done, writing object files, linking libraries, running post-install steps, cleaning up\n",
);

impl Ordinary {
    fn new() -> Ordinary {
        let mut ordinary = Ordinary { grams: HashMap::new(), pairs: HashMap::new() };
        for gram in SAMPLE.as_bytes().windows(GRAM) {
            *ordinary.grams.entry([gram[0], gram[1], gram[2]]).or_default() += 1;
            *ordinary.pairs.entry([gram[0], gram[1]]).or_default() += 1;
        }
        ordinary
    }

    /// Where the rarest gram of `literal` stands among those at every second place.
    fn rarest(&self, literal: &[u8], parity: usize) -> Option<usize> {
        let last = literal.len().checked_sub(GRAM)?.min(usize::from(u8::MAX));
        (parity..=last).step_by(STRIDE).min_by_key(|at| self.frequency(&literal[*at..*at + GRAM]))
    }

    /// How frequent a gram is: by itself, or else by its rarer half.
    fn frequency(&self, gram: &[u8]) -> u32 {
        let pair = |at: usize| self.pairs.get(&[gram[at], gram[at + 1]]).copied().unwrap_or_default();
        self.grams.get(gram).copied().unwrap_or_default() * 100 + pair(0).min(pair(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(literals: &[&'static str], text: &str, range: Range<usize>) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        Literals::new(literals.iter().copied()).find_in(text.as_bytes(), range, |start, literal| {
            found.push((start, literal));
            true
        });
        found.sort_unstable();
        found
    }

    /// What a plain search finds.
    fn expected(literals: &[&'static str], text: &str, range: Range<usize>) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = literals
            .iter()
            .enumerate()
            .flat_map(|(index, literal)| {
                (range.start..(range.end + 1).saturating_sub(literal.len()).max(range.start))
                    .filter(|start| text.as_bytes()[*start..].starts_with(literal.as_bytes()))
                    .map(move |start| (start, index))
            })
            .collect();
        found.sort_unstable();
        found
    }

    const WORDS: &[&str] =
        &["error: ", "rror", "panicked at ", "Trace", "aaaa", "=error", "\u{1b}[1m", "error[E", "a very long literal indeed"];

    #[test]
    fn every_literal_is_found_at_every_place() {
        for n_before in 0..70 {
            for (index, word) in WORDS.iter().enumerate() {
                let text = format!("{}{word}", ".".repeat(n_before));
                let found = all(WORDS, &text, 0..text.len());
                assert!(found.contains(&(n_before, index)), "{word} at {n_before}");
                assert_eq!(found, expected(WORDS, &text, 0..text.len()));
            }
        }
        assert_eq!(all(WORDS, "aaaaaa", 0..6).len(), 3);
        assert_eq!(all(WORDS, "aaaaaa", 1..5), [(1, 4)]);
        assert_eq!(all(WORDS, "aaa", 0..3), []);
    }

    #[test]
    fn more_literals_than_groups_are_all_found() {
        let letter = |n: u64, at: u32| char::from(b'a' + (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (6 * at)) as u8 % 26);
        let words: Vec<String> = (1..600).map(|n| (0..10).map(|at| letter(n, at)).collect()).collect();
        let set = Literals::new(&words);
        assert_eq!(set.groups.len(), 255);
        for (index, word) in words.iter().enumerate() {
            let text = format!("some text, {word}, and what comes behind");
            let mut found = Vec::new();
            set.find_in(text.as_bytes(), 0..text.len(), |start, literal| {
                found.push((start, literal));
                true
            });
            assert!(found.contains(&(11, index)), "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(picks in proptest::collection::vec(0..WORDS.len() + 4, 0..30), cut in 0_usize..40) {
            let pieces: Vec<&str> = WORDS.iter().copied().chain(["x", " ", "er", "\n"]).collect();
            let text: String = picks.iter().map(|at| pieces[*at]).collect();
            let range = cut.min(text.len())..text.len();
            proptest::prop_assert_eq!(all(WORDS, &text, range.clone()), expected(WORDS, &text, range));
        }
    }
}
