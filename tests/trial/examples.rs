//! The examples of the Rust rules, put before the real compiler: its diagnostics take the place of the words that an example quotes.
//!
//! An example is proved where rustc says of `before` what the rule waits for, the rule makes `after` of that very diagnostic as its first
//! patch, and `after` compiles without an error. A panic is known only to a run: its two texts must compile. An example that leaves out what
//! the code around it defines is a snippet; it is not counted, and it starts to be counted when it becomes a whole program.

mod compiler;
mod sort;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use compiler::Compiler;
use sort::{Example, Sort, examples};

/// Rules whose fault rustc itself shows and whose patch it accepts: at least so many, so that examples do not decay into snippets.
const PROVED: usize = 250;

/// The number of compilers at work at once.
const THREADS: usize = 2;

#[test]
fn rustc_says_what_the_rules_wait_for_and_takes_what_they_make() {
    let compiler = Compiler::find();
    let examples = examples();
    let sorted = sort_all(&compiler, &examples);
    let mut rules: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (example, sort) in &sorted {
        rules.entry(sort.name()).or_default().insert(&example.rule);
        if let Sort::Wrong(why) = sort {
            wrong.push(format!("rust/{}: example {:?}: {why}", example.rule, example.name));
        }
    }
    let mut of = |name: &str| rules.remove(name).unwrap_or_default();
    let (proved, panics, snippets) = (of("proved"), of("compiled"), of("snippet"));
    let unproved: Vec<&&str> = snippets.difference(&proved).collect();
    let (n_proved, n_compiled) = (proved.len(), panics.len());
    let told = format!("{n_proved} rules are proved, {n_compiled} compile beside their panic, of {unproved:?} only snippets are known");
    assert!(proved.len() >= PROVED, "{told}");
    // Another release of the compiler may say it in other words.
    if compiler.is_the_one_that_the_rules_quote() {
        assert!(wrong.is_empty(), "{}\n\n{} examples are wrong; {told}", wrong.join("\n\n"), wrong.len());
    }
}

/// What each example shows, in order.
fn sort_all<'e>(compiler: &Compiler, examples: &'e [Example]) -> Vec<(&'e Example, Sort)> {
    let next = AtomicUsize::new(0);
    let sorted = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(example) = examples.get(at)
                {
                    let sort = Sort::of(compiler, example);
                    sorted.lock().unwrap().insert(at, (example, sort));
                }
            });
        }
    });
    sorted.into_inner().unwrap().into_values().collect()
}
