//! Ordinary log text, made from a seed: levels, error lines without a trace, `error=0`, colours, prefixes, JSON lines; and traces.

/// A stream of numbers that look random and are the same every time (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % n
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

const MODULES: &[&str] =
    &["app.api", "app.db.pool", "app.worker", "core.cache", "billing.invoice", "http.server", "auth.session", "scheduler"];
const VERBS: &[&str] = &["handled", "queued", "stored", "fetched", "refreshed", "compacted", "acknowledged", "skipped"];
const THINGS: &[&str] = &["request", "order", "session", "invoice", "segment", "message batch", "cache entry", "upload"];
const PATHS: &[&str] =
    &["/api/v1/orders", "/healthz", "/api/v1/users/me", "/static/app.js", "/metrics", "/login", "/api/v2/search?q=error", "/errors/404"];
const TROUBLES: &[&str] = &[
    "connection to replica lost, retrying",
    "payment provider answered 502",
    "could not acquire lock within 5s",
    "upstream timed out while reading response header",
    "rejected token: signature expired",
    "failed to publish message, will retry",
];

/// Which dress the lines wear; a real log keeps one for a long while.
#[derive(Clone, Copy)]
enum Dress {
    Plain,
    Compose,
    Json,
    Coloured,
    Access,
    Syslog,
}

const DRESSES: &[Dress] =
    &[Dress::Plain, Dress::Compose, Dress::Json, Dress::Plain, Dress::Coloured, Dress::Access, Dress::Syslog, Dress::Compose];

/// Writes ordinary lines, then a trace, and so on.
pub(crate) struct Writer {
    dice: Dice,
    n_lines: u64,
    dress: Dress,
    n_traces: u64,
}

impl Writer {
    pub(crate) fn new(seed: u64) -> Writer {
        Writer { dice: Dice::new(seed), n_lines: 0, dress: Dress::Plain, n_traces: 0 }
    }

    /// One line, with its end.
    pub(crate) fn line(&mut self, out: &mut Vec<u8>) {
        if self.n_lines.is_multiple_of(200) {
            self.dress = DRESSES[self.dice.below(DRESSES.len() as u64) as usize];
        }
        self.n_lines += 1;
        let (seconds, millis) = (self.n_lines / 50, self.dice.below(1000));
        let time =
            format!("2025-03-{:02}T{:02}:{:02}:{:02}", 1 + seconds / 86_400 % 28, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let dice = &mut self.dice;
        let level = match dice.below(100) {
            0 => "ERROR",
            1..=4 => "WARNING",
            5..=29 => "DEBUG",
            _ => "INFO",
        };
        let message = if level == "ERROR" {
            format!("{} (attempt {}, id={:08x})", dice.pick(TROUBLES), dice.below(5), dice.below(1 << 30))
        } else {
            match dice.below(6) {
                0 => format!("stats: requests={} error=0 errors_total=0 p99={}ms", dice.below(9000), dice.below(900)),
                1 => format!("{} {} {} in {} ms, no errors", dice.pick(VERBS), dice.pick(THINGS), dice.below(100_000), dice.below(500)),
                2 => format!("GET {} 200 {} bytes", dice.pick(PATHS), dice.below(50_000)),
                3 => format!("worker {} idle for {}s; queue depth {}", dice.below(16), dice.below(60), dice.below(300)),
                4 => format!("error rate 0.0{}% below threshold, last exception {} h ago", dice.below(9), dice.below(72)),
                _ => format!(
                    "{} {} id={:08x} user={} from 10.0.{}.{}",
                    dice.pick(VERBS),
                    dice.pick(THINGS),
                    dice.below(1 << 30),
                    dice.below(9999),
                    dice.below(255),
                    dice.below(255)
                ),
            }
        };
        let module = dice.pick(MODULES);
        let text = match self.dress {
            Dress::Plain => format!("{time},{millis:03} {level} [{module}] {message}\n"),
            Dress::Compose => format!("web-{}  | {time}.{millis:03}Z {level} {module}: {message}\n", 1 + dice.below(2)),
            Dress::Json => format!(
                "{{\"time\":\"{time}.{millis:03}Z\",\"level\":\"{}\",\"logger\":\"{module}\",\"msg\":\"{message}\",\"error\":null}}\n",
                level.to_lowercase()
            ),
            Dress::Coloured => format!(
                "\u{1b}[2m{time}.{millis:03}Z\u{1b}[0m \u{1b}[3{}m{level:>5}\u{1b}[0m \u{1b}[2m{module}\u{1b}[0m: {message}\n",
                dice.below(6)
            ),
            Dress::Access => format!(
                "10.0.{}.{} - - [01/Mar/2025:{} +0000] \"GET {} HTTP/1.1\" 200 {} \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"\n",
                dice.below(255),
                dice.below(255),
                &time[11..],
                dice.pick(PATHS),
                dice.below(50_000)
            ),
            Dress::Syslog => {
                format!("Mar  1 {} host{} {}[{}]: {level} {message}\n", &time[11..], dice.below(4), module, 1000 + dice.below(9))
            }
        };
        out.extend_from_slice(text.as_bytes());
    }

    /// A Python traceback or a Rust panic; `n_messages` different messages take turns.
    pub(crate) fn trace(&mut self, out: &mut Vec<u8>, n_messages: u64) {
        self.n_traces += 1;
        let n = self.dice.below(n_messages);
        let text = if self.n_traces.is_multiple_of(3) {
            format!(
                "thread 'worker-{}' panicked at src/engine/run_{}.rs:{}:17:\nindex out of bounds: the len is {} but the index is {n}\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
                n % 8,
                n % 11,
                20 + n % 300,
                n % 100,
            )
        } else {
            format!(
                "Traceback (most recent call last):\n  File \"/srv/app/api/handlers_{}.py\", line {}, in handle\n    result = self.service.run(request)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/app/core/service.py\", line 88, in run\n    return self.table[request.key]\n           ~~~~~~~~~~^^^^^^^^^^^^^\nKeyError: 'order-{n}'\n",
                n % 13,
                10 + n % 400,
            )
        };
        let prefix = if self.n_traces % 4 == 1 { "web-1  | " } else { "" };
        for line in text.split_inclusive('\n') {
            out.extend_from_slice(prefix.as_bytes());
            out.extend_from_slice(line.as_bytes());
        }
    }
}

/// `n_bytes` of text with a trace after every `distance` of it.
pub(crate) fn by_bytes(seed: u64, n_bytes: usize, distance: usize, n_messages: u64) -> Vec<u8> {
    let mut writer = Writer::new(seed);
    let mut out = Vec::with_capacity(n_bytes + 4096);
    let mut next = distance / 2;
    while out.len() < n_bytes {
        writer.line(&mut out);
        if out.len() >= next {
            writer.trace(&mut out, n_messages);
            next += distance;
        }
    }
    out
}

/// `n_bytes` of text with one trace in every `n_lines` lines.
pub(crate) fn by_lines(seed: u64, n_bytes: usize, n_lines: u64, n_messages: u64) -> Vec<u8> {
    let mut writer = Writer::new(seed);
    let mut out = Vec::with_capacity(n_bytes + 4096);
    while out.len() < n_bytes {
        // A trace is seven lines long on average, and its prefix stands before some of them.
        (0..n_lines - 7).for_each(|_| writer.line(&mut out));
        writer.trace(&mut out, n_messages);
    }
    out
}
