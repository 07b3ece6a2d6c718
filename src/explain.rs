//! What every error can say besides its message: the next step for the person who meets it.

/// An error that knows the next step.
///
/// The message (`Display`) is lower case, has no full stop and names the thing; causes come from `source()`. Only `ui` prints.
pub trait Explain: std::error::Error {
    /// One sentence that says what to do now, or nothing where the message says it already.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// The candidate that a person most likely meant by `wrong`, if one is close enough: at most a third of its letters differ.
pub fn closest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bound = (wrong.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(wrong, candidate), candidate))
        .filter(|(distance, _)| (1..=bound).contains(distance))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_typo_finds_its_word_and_another_word_finds_none() {
        assert_eq!(closest("calle", ["callee", "target"]), Some("callee"));
        assert_eq!(closest("entirely", ["callee", "target"]), None);
    }
}
