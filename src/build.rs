//! Lists the rule, template and demo files so that the binary carries them.

fn main() {}
