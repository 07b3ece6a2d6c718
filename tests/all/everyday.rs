//! A few of the everyday faults that `cargo bench --bench everyday` tries all of: healed with a test that shows them, and not without.

use std::fs;

use crate::case::Case;

#[path = "../../benches/everyday/fault.rs"]
mod fault;

const NAMES: [&str; 3] = ["missing-import", "missing-return", "uncounted-key"];

#[test]
fn an_everyday_fault_is_healed_where_a_test_shows_it() {
    for fault in fault::all().into_iter().filter(|fault| NAMES.contains(&fault.name)) {
        let case = Case::empty();
        fault.lay_out(&case.root(), true).unwrap();
        fs::write(case.log(), fault.log(&case.root(), true).unwrap()).unwrap();
        let report = case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "json".into()]).with_code(0).json();
        assert_eq!(report["outcome"], "healed", "{}", fault.name);
        assert_eq!(fault.check(&case.root(), report["diff"].as_str().unwrap()).unwrap(), Ok(()), "{}", fault.name);
    }
}

#[test]
fn an_everyday_fault_is_named_and_not_called_healed_where_nothing_shows_it() {
    for fault in fault::all().into_iter().filter(|fault| NAMES.contains(&fault.name)) {
        let case = Case::empty();
        fault.lay_out(&case.root(), false).unwrap();
        fs::write(case.log(), fault.log(&case.root(), false).unwrap()).unwrap();
        let analysis = case.run(["analyze".into(), case.log().into_os_string(), "--format".into(), "json".into()]).with_code(1).json();
        let is_named = analysis["diagnoses"].as_array().unwrap().iter().any(|diagnosis| fault.is_blamed_by(diagnosis));
        assert!(is_named, "{}: {:#}", fault.name, analysis["diagnoses"]);
        let report = case.run(["fix".into(), case.log().into_os_string(), "--format".into(), "json".into()]).json();
        assert_eq!(report["outcome"], "unproven", "{}", fault.name);
    }
}
