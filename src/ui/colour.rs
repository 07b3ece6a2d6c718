//! Whether to colour: `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE` or `FORCE_COLOR`, then what the terminal can.

use anstream::ColorChoice;

/// Settles the colour of everything that is printed from now on.
pub fn decide(flag: ColorChoice) {
    chosen(flag, |name| std::env::var(name).ok()).write_global();
}

/// anstream itself reads all but `FORCE_COLOR`, which came with Node and is asked for in many pipelines.
fn chosen(flag: ColorChoice, variable: impl Fn(&str) -> Option<String>) -> ColorChoice {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_forced = variable("FORCE_COLOR").is_some_and(|value| !value.is_empty() && value != "0");
    match flag {
        ColorChoice::Auto if is_forced && !is_set("NO_COLOR") => ColorChoice::Always,
        flag => flag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(flag: ColorChoice, variables: &[(&str, &str)], expected: ColorChoice) {
        let look = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(chosen(flag, look), expected, "{variables:?}");
    }

    #[test]
    fn force_color_counts_unless_something_stronger_speaks() {
        check(ColorChoice::Auto, &[("FORCE_COLOR", "1")], ColorChoice::Always);
        check(ColorChoice::Auto, &[("FORCE_COLOR", "0")], ColorChoice::Auto);
        check(ColorChoice::Auto, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], ColorChoice::Auto);
        check(ColorChoice::Never, &[("FORCE_COLOR", "1")], ColorChoice::Never);
        check(ColorChoice::Always, &[("NO_COLOR", "1")], ColorChoice::Always);
    }
}
