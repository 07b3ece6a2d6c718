//! What a large project costs: a repository of many modules is made from a seed, and failures in it are explained with and without what
//! an earlier run has learned.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::text::Dice;
use crate::{Figure, Limit};

/// Folders, and modules in each.
const PACKAGES: usize = 50;
const MODULES: usize = 100;
/// Runs of each sort.
const RUNS: usize = 5;
/// Longer than a file counts as too young to be believed.
const SETTLED: Duration = Duration::from_millis(300);

/// The failures: what they are called, and their logs.
const LOGS: &[(&str, &str)] = &[
    ("a failure that asks nothing", "  File \"service/orders.py\", line 10, in total\n    return int(text)\nValueError: nothing to see\n"),
    (
        "a None",
        "  File \"service/orders.py\", line 6, in describe\n    return order.title.upper()\nAttributeError: 'NoneType' object has no attribute 'title'\n",
    ),
    (
        "an AttributeError",
        "  File \"service/orders.py\", line 14, in label\n    return customer.adress\nAttributeError: 'Customer' object has no attribute 'adress'\n",
    ),
];

const ORDERS: &str = "from pkg03.mod017 import find_order\n\n\ndef describe(key):\n    order = find_order(key)\n    return order.title.upper()\n\n\ndef total(text):\n    return int(text)\n\n\ndef label(customer):\n    return customer.adress\n";
const CUSTOMER: &str =
    "from service.party import Party\n\n\nclass Customer(Party):\n    def __init__(self, name):\n        self.name = name\n";
const PARTY: &str = "class Party:\n    def move(self, address):\n        self.address = address\n";
const FIND: &str = "\n\ndef find_order(key):\n    if key in ORDERS:\n        return ORDERS[key]\n    return None\n";

/// One run: wall time, and what the report says of files.
struct Run {
    wall: f64,
    read: u64,
    indexed: u64,
}

/// Cold and warm figures of a project of five thousand files.
pub(crate) fn figures(dir: &Path) -> io::Result<Vec<Figure>> {
    let root = dir.join("project");
    let n_bytes = make(&root)?;
    println!("project: {} files, {:.1} MB", PACKAGES * MODULES + 3, n_bytes as f64 / 1e6);
    sleep(SETTLED);
    let mut figures = Vec::new();
    for (name, log) in LOGS {
        let log_path = dir.join("project.log");
        fs::write(&log_path, format!("Traceback (most recent call last):\n{log}"))?;
        let cache = dir.join("cache");
        for is_cold in [true, false] {
            let mut runs = Vec::new();
            for _ in 0..RUNS {
                if is_cold && cache.exists() {
                    fs::remove_dir_all(&cache)?;
                }
                runs.push(run(&root, &log_path, &cache)?);
            }
            runs.sort_by(|one, two| one.wall.total_cmp(&two.wall));
            let middle = &runs[RUNS / 2];
            let state = if is_cold { "cold" } else { "warm" };
            println!("{name}, {state}: {:.3} s, {} files read, {} for the index", middle.wall, middle.read, middle.indexed);
            let limit = Limit::AtMost(if is_cold { 3.0 } else { 0.1 });
            figures.push(Figure { name: format!("analyze of {name}, {state}"), value: middle.wall, unit: "s", limit });
        }
    }
    Ok(figures)
}

fn run(root: &Path, log: &Path, cache: &Path) -> io::Result<Run> {
    let mut command = super::binary();
    command.args(["analyze", "--quiet", "--format", "json"]).arg(log).current_dir(root).env("XDG_CACHE_HOME", cache);
    let start = Instant::now();
    let output = command.stderr(Stdio::inherit()).output()?;
    let wall = start.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(io::Error::other)?;
    let count = |name: &str| report["files"][name].as_u64().ok_or_else(|| io::Error::other(format!("the report has no `files.{name}`")));
    Ok(Run { wall, read: count("read")?, indexed: count("indexed")? })
}

/// Writes the repository and says how many bytes its sources have.
fn make(root: &Path) -> io::Result<usize> {
    let mut dice = Dice::new(7);
    let mut n_bytes = 0;
    for package in 0..PACKAGES {
        let folder = root.join(format!("pkg{package:02}"));
        fs::create_dir_all(&folder)?;
        for module in 0..MODULES {
            let name = if module == 0 { "__init__.py".to_owned() } else { format!("mod{module:03}.py") };
            let mut text = text(&mut dice, package, module);
            if (package, module) == (3, 17) {
                text += FIND;
            }
            n_bytes += text.len();
            fs::write(folder.join(name), text)?;
        }
    }
    fs::create_dir_all(root.join("service"))?;
    for (name, text) in [("orders.py", ORDERS), ("customer.py", CUSTOMER), ("party.py", PARTY)] {
        fs::write(root.join("service").join(name), text)?;
    }
    for words in [&["init", "-q"][..], &["add", "-A"]] {
        let status = Command::new("git").args(words).current_dir(root).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("git {words:?} ended with {status}")));
        }
    }
    Ok(n_bytes)
}

/// One module: imports of others, classes on others' classes, functions that call others'.
fn text(dice: &mut Dice, package: usize, module: usize) -> String {
    let mut text = format!("\"\"\"Part {module} of package {package}.\"\"\"\n\nimport os\nimport re\n");
    let other = |dice: &mut Dice| format!("pkg{:02}.mod{:03}", dice.below(PACKAGES as u64), 1 + dice.below(MODULES as u64 - 1));
    let mut put = |line: std::fmt::Arguments<'_>| text.write_fmt(line).expect("a text takes everything");
    if dice.below(12) == 0 {
        put(format_args!("from service.customer import Customer\nfrom pkg03.mod017 import find_order\n"));
        put(format_args!("\n\ndef served_{package}_{module}(key):\n    customer = Customer(find_order(key))\n    return customer\n"));
    }
    for n in 0..4 + dice.below(5) {
        let (class, base) = (format!("Thing{package}x{module}x{n}"), dice.below(5000));
        put(format_args!("from {} import Thing{base}\n\n\nclass {class}(Thing{base}):\n", other(dice)));
        put(format_args!(
            "    \"\"\"Keeps what came in.\"\"\"\n\n    def __init__(self, name, size={n}):\n        self.name = name\n        self.size = size\n"
        ));
        for method in 0..3 + dice.below(6) {
            let (attribute, callee) = (dice.below(4000), dice.below(4000));
            put(format_args!("\n    def step_{method}_{callee}(self, value, *rest):\n        self.field_{attribute} = value or rest\n"));
            put(format_args!("        for index, item in enumerate(rest):\n            if item == \"key {attribute}\" and index > {n}:\n"));
            put(format_args!("                return self.step_{method}_{callee}(item, self.field_{attribute})  # once more\n"));
            put(format_args!("        return helper_{callee}(os.path.join(self.name, str(value)), size=self.size)\n"));
        }
        put(format_args!("\n\ndef helper_{}(path, size=0):\n    return re.sub(r\"[a-z]+\", \"\", path)[:size]\n\n\n", dice.below(4000)));
    }
    text
}
