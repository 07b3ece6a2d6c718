//! The lowest versions that the project's own metadata still allows.

use regex::Regex;

/// The files that hold it.
pub(super) const FILES: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

/// The lowest version of `library` that one of the texts allows in so many words; a library without a lower bound promises nothing.
///
/// Source: PEP 508 and PEP 440; the caret is the form of one packager.
pub(super) fn lowest(texts: &[String], library: &str) -> Option<String> {
    let name: String = if library == super::table::PYTHON {
        r"(?:python_requires|requires-python|^python)".to_owned()
    } else {
        format!(r#"(?:^|["'\s]){}(?:\[[^\]]*\])?"#, regex::escape(library).replace(['-', '_'], "[-_.]"))
    };
    let bound = Regex::new(&format!(r#"(?im){name}\s*[(=\s"']*[^"'\n;#\w]*[^"'\n;#]*?(?:>=|~=|\^)\s*(\d[\d.]*)"#)).ok()?;
    let of_library = texts.iter().filter_map(|text| Some(bound.captures(text)?.get(1)?.as_str().trim_end_matches('.').to_owned()));
    let two = |text: &&String| library == super::table::PYTHON && text.contains("Programming Language :: Python :: 2.7");
    let classified = texts.iter().find(two).map(|_| "2.7".to_owned());
    of_library.chain(classified).min_by_key(|version| super::table::parts(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_read_in_every_spelling() {
        let check = |text: &str, library: &str, expected: Option<&str>| {
            assert_eq!(lowest(&[text.to_owned()], library).as_deref(), expected, "{text}");
        };
        check("dependencies = [\"jinja2>=2.10,<4\"]", "jinja2", Some("2.10"));
        check("install_requires =\n    Jinja2 >= 2.11\n    click", "jinja2", Some("2.11"));
        check("install_requires=['jinja2<4,>=2.9']", "jinja2", Some("2.9"));
        check("jinja2 = \"^2.10\"\n", "jinja2", Some("2.10"));
        check("install_requires=['jinja2', 'click>=7']", "jinja2", None);
        check("install_requires=['xjinja2>=2']", "jinja2", None);
        check("python_requires = >=3.6\n", "python", Some("3.6"));
        check("requires-python = \">=3.8\"\n", "python", Some("3.8"));
        check("classifiers =\n  Programming Language :: Python :: 2.7\npython_requires = >=2.7, !=3.0.*\n", "python", Some("2.7"));
    }
}
