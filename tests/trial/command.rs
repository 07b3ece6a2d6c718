//! Trials with commands that tell nothing but their exit code and their text, and compile checks.

use std::path::Path;
use std::time::Duration;

use homeostasis::judge::Exit;
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::trial::Scope;

use crate::stage::Stage;

fn plan(stage: &Stage, argv: &[&str]) -> TestPlan {
    let plan = stage.plan(RunnerKind::Command, Path::new("python3"), &[]);
    TestPlan { argv: argv.iter().map(|&word| word.to_owned()).collect(), n_launch: 0, ..plan }
}

#[test]
fn a_command_is_judged_by_its_exit_code_and_starts_from_a_clean_tree_each_time() {
    let stage = Stage::new(&[("main.py", "import os\nopen('left', 'x').close()\nraise KeyError('k')\n")]);
    stage.in_lab(plan(&stage, &["python3", "main.py"]), |lab| {
        for _ in 0..2 {
            let run = lab.run(None, &Scope::All).unwrap();
            assert_eq!((run.exit, run.has_tests), (Exit::Code(1), false));
            assert!(run.output.contains("KeyError: 'k'"), "{}", run.output);
        }
        let after = lab.reproduce(Some(&stage.patch("main.py", "raise KeyError('k')", "pass"))).unwrap();
        assert!(after.is_green(), "{}", after.output);
        assert!(lab.in_tests() > Duration::ZERO);
    });
}

#[test]
fn a_command_that_takes_too_long_is_ended() {
    let stage = Stage::new(&[]).with_limits(Some(Duration::from_millis(100)), Duration::from_secs(1));
    assert_eq!(stage.run(plan(&stage, &["sleep", "600"])).exit, Exit::TimedOut);
}

#[test]
fn the_command_whose_failure_is_the_fault_need_not_be_the_tests() {
    let stage = Stage::new(&[("a.txt", "broken\n")]);
    let mut repro = Some(plan(&stage, &["grep", "-q", "whole", "a.txt"]));
    let patch = stage.patch("a.txt", "broken", "whole");
    stage.in_lab_with(plan(&stage, &["true"]), repro.take(), |lab| {
        assert!(lab.run(None, &Scope::All).unwrap().is_green());
        assert_eq!(lab.reproduce(None).unwrap().exit, Exit::Code(1));
        assert!(lab.reproduce(Some(&patch)).unwrap().is_green());
        assert_eq!(lab.n_runs(), 3);
    });
}

#[test]
fn python_files_must_compile_in_the_interpreter() {
    let stage = Stage::new(&[("a.py", "x = 1\n"), ("b.txt", "x\n")]);
    stage.in_lab(plan(&stage, &["true"]), |lab| {
        assert_eq!(lab.compiles(&stage.patch("a.py", "1", "2")).unwrap(), Ok(()));
        assert!(lab.compiles(&stage.patch("a.py", "x = 1", "return 1")).unwrap().unwrap_err().contains("'return' outside function"));
        assert_eq!(lab.compiles(&stage.patch("b.txt", "x", "(")).unwrap(), Ok(()));
    });
}
