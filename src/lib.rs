//! Homeostasis heals broken builds and programs, offline, and says "healed" only of what it has proved.
//!
//! # The way of the data
//!
//! ```text
//! log text -> events -> incidents -> diagnoses -> candidates -> trials -> verdicts -> one healed patch -> report | tree | branch
//!  (bytes)   (parsed)   (grouped)    (rule x code)  (patches)   (test runs)  (judged)     (type `Healed`)
//! ```
//!
//! # The rooms, in order: a room may use only itself and the rooms above it
//!
//! The core opens nothing and cannot fail:
//! [`explain`], [`text`], [`redact`], [`syntax`], [`symbols`], [`event`], [`template`], [`rule`], [`diagnosis`], [`judge`],
//! [`localize`], [`propose`], [`report`].
//!
//! The edge touches the world:
//! [`process`], [`git`], [`project`], [`trial`], [`deliver`], [`store`], [`ui`], [`heal`], [`cli`].
//!
//! # Where the code taught better than the plan
//!
//! * [`judge`] stands before [`propose`]: what a patch does to the text (`Nature`) is part of the evidence, and candidates carry it.
//! * [`localize`] stands behind [`judge`], whose tests it counts.
//! * `Step` lives in [`report`], since [`ui`] stands before [`heal`] and both must name it.
//! * A cargo target, a file or a class that fails before its tests is a failed test of its own name, and passes once it loads.
//! * What the words of a large project are stands below the user's cache folder; an index that is broken, old or not there costs time alone.
//! * Throw-away trees stand below the user's cache folder, at a path that stays the same, because cargo's fingerprints hold it.
//! * A rule may have `[[advice]]`, `decline`, `confidence`, and patterns on a compiler's labels and notes.
//! * A log is cut into blocks that are read by themselves, in any number of threads, and set side by side in order; what does not fit into
//!   memory is counted. In JSON the first line of a message is `message`, the others are `details`.
//! * A rule may ask what values were (`where = [{ at = "object", is = "None" }]`): then, and only then, the failing tests run once more
//!   under a watcher of Python's exceptions ([`diagnosis::Facts`]). What nobody saw passes, so a fact can only take a wrong place away.
//! * The errors of a build are judged together: candidates for several errors are one candidate, and one build is their judge.
//! * What is wrong around the code (a port in use, a full disk) is a table in [`diagnosis`], as it holds for every language alike.
//!
//! # What always holds
//!
//! 1. Nothing of the user's changes unless asked: not a file, not the index, not a ref.
//! 2. Only [`judge`] makes a `Healed`; only a `Healed` is applied or committed by default.
//! 3. No byte of a test, of configuration or of a lock file is changed.
//! 4. Tests run on the patched code, and a run that cannot show this is not believed.
//! 5. A path from a log is never opened: it is matched against the files of the repository.
//! 6. The same input and the same seed give the same answer: budgets are counts.

pub mod cli;
pub mod deliver;
pub mod diagnosis;
pub mod event;
pub mod explain;
pub mod git;
pub mod heal;
pub mod judge;
pub mod localize;
pub mod process;
pub mod project;
pub mod propose;
pub mod redact;
pub mod report;
pub mod rule;
pub mod store;
pub mod symbols;
pub mod syntax;
pub mod template;
pub mod text;
pub mod trial;
pub mod ui;
