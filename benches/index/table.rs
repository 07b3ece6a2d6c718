//! What came of the examples, by code and in all.

use std::collections::BTreeMap;

use crate::peers::Peers;

/// What a patch that was shown is worth.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) compiles: bool,
    pub(crate) deletes: bool,
    pub(crate) is_documented: bool,
}

/// What came of one example.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) code: String,
    /// As the report has it.
    pub(crate) outcome: String,
    pub(crate) rule: String,
    /// None where no patch is shown.
    pub(crate) shown: Option<Shown>,
    /// A patch is shown that does not apply.
    pub(crate) is_unusable: bool,
    /// Builds that tried a candidate.
    pub(crate) n_builds: u64,
    pub(crate) seconds: f64,
    pub(crate) peers: Peers,
}

impl Row {
    fn is_healed(&self) -> bool {
        self.outcome == "healed"
    }

    fn compiles(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.compiles)
    }

    fn deletes(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.deletes)
    }

    fn is_documented(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.is_documented)
    }
}

/// Prints a line for each code and the sums; whether what is called healed compiles and has deleted nothing.
pub(crate) fn print(rows: &[Row], has_peers: bool) -> bool {
    let mut by_code: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_code.entry(&row.code).or_default().push(row);
    }
    println!("| code | examples | compiles | as documented | deleted | declined | by |\n|---|---|---|---|---|---|---|");
    for (code, rows) in by_code {
        let count = |holds: fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
        let mut by: Vec<&str> = rows.iter().filter(|row| row.shown.is_some()).map(|row| row.rule.as_str()).collect();
        by.dedup();
        let (compiles, documented) = (count(Row::compiles), count(Row::is_documented));
        let (deleted, declined) = (count(Row::deletes), count(|row| row.shown.is_none()));
        println!(
            "| {code} | {} | {compiles} | {documented} | {deleted} | {declined} | {} |",
            rows.len(),
            by.join(", ").replace("rust/", "")
        );
    }
    let count = |holds: fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
    let n = rows.len();
    println!("\n{n} examples fail with the code of their page");
    println!(
        "homeostasis: {} compile, {} as documented; {} patches shown, {} of them deleted something; {} called healed, {} of them deleted something, {} fail still",
        count(Row::compiles),
        count(Row::is_documented),
        count(|row| row.shown.is_some()),
        count(Row::deletes),
        count(Row::is_healed),
        count(|row| row.is_healed() && row.deletes()),
        count(|row| row.is_healed() && !row.compiles()),
    );
    let (builds, healed) = (rows.iter().filter(|row| row.is_healed()).map(|row| row.n_builds).sum::<u64>(), count(Row::is_healed));
    #[expect(clippy::cast_precision_loss, reason = "counts of a few hundred")]
    let (per_healed, seconds) = (builds as f64 / healed.max(1) as f64, rows.iter().map(|row| row.seconds).sum::<f64>() / n.max(1) as f64);
    println!("{per_healed:.1} candidates built per healed example, {seconds:.1} s per example");
    if has_peers {
        println!(
            "cargo fix --broken-code: {} compile, {} of them deleted something, {} left half fixed",
            count(|row| row.peers.cargo_fix.compiles),
            count(|row| row.peers.cargo_fix.deletes),
            count(|row| row.peers.cargo_fix.is_half),
        );
        println!(
            "every suggestion, the compiler as judge: {} compile, {} of them deleted something",
            count(|row| row.peers.suggestions.compiles),
            count(|row| row.peers.suggestions.deletes),
        );
    }
    let is_bad = |row: &Row| row.is_healed() && (row.deletes() || !row.compiles()) || row.is_unusable;
    for row in rows.iter().filter(|row| is_bad(row)) {
        println!("{}: {} by {}: compiles {}, deletes {}", row.id, row.outcome, row.rule, row.compiles(), row.deletes());
    }
    !rows.iter().any(is_bad)
}
