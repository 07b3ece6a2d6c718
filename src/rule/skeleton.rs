//! The text of a new rule file, for `rules new`.

use super::{Rule, RuleId};

impl Rule {
    /// A rule file that says what to write where. It does not load before the words in capital letters are replaced.
    pub fn new_skeleton(id: &RuleId) -> String {
        let (fault, error, query, before, after) = match id.language() {
            "rust" => (
                "panic",
                "attempt to divide by zero",
                "(binary_expression operator: \"/\" right: (_) @divisor) @place",
                "fn f(a: u32, b: u32) -> u32 {\n    a / b\n}\n",
                "fn f(a: u32, b: u32) -> u32 {\n    a / b.max(1)\n}\n",
            ),
            _ => (
                "TypeError",
                "TypeError: MESSAGE",
                "(binary_operator operator: \"+\" right: (_) @value) @place",
                "def f(n):\n    return 'n = ' + n\n",
                "def f(n):\n    return 'n = ' + str(n)\n",
            ),
        };
        let miss = before.replace(['+', '/'], "-");
        format!(
            "# {id}: the name says the fault, not the cure. `homeostasis schema rule` lists the keys, `homeostasis rules test {id}` plays the examples.
summary = \"WHAT IS WRONG, IN ONE LINE\"
why = \"WHY IT IS A FAULT\"
source = \"WHERE THE MESSAGE COMES FROM: PROGRAM, VERSION, FILE, FUNCTION\"

[event]
fault = ['{fault}']
message = '^MESSAGE, with (?<name>\\w+) for what changes$'

[code]
within = 'line'
query = '{query}'

[[fix]]
template = '{language}/TEMPLATE'
target = 'place'
safety = 'unsafe'
risk = \"WHAT MAY GO WRONG\"

[[example]]
name = 'WHAT IT SHOWS'
error = '{error}'
line = 2
before = '''
{before}'''
after = '''
{after}'''

[[example]]
name = 'near miss in the code: WHY NOT'
error = '{error}'
line = 2
before = '''
{miss}'''

[[example]]
name = 'near miss in the message: WHY NOT'
error = '{error}, ANOTHER MESSAGE'
line = 2
before = '''
{before}'''
",
            language = id.language()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Catalogue;

    #[test]
    fn a_skeleton_is_a_rule_file_that_lacks_only_its_template() {
        for id in ["python/x", "rust/x"] {
            let id = RuleId::new(id).unwrap();
            let text = Rule::new_skeleton(&id);
            let error = Rule::read(id.as_str(), &text, Catalogue::embedded().templates()).unwrap_err();
            assert_eq!(error.to_string(), format!("{id}: [[fix]]: no template `{}/TEMPLATE`", id.language()));
        }
    }
}
