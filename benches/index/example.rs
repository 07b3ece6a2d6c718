//! The examples of the error-code pages.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use regex::Regex;

/// One example that its page says does not compile.
pub(crate) struct Example {
    /// `E0308-1`.
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) edition: String,
    pub(crate) text: String,
    /// What the same page says does compile.
    pub(crate) corrections: Vec<String>,
}

impl Example {
    /// Whether `name` is its id or its code.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.id == name || self.code == name
    }

    /// Where it stands in its package: a program, or a library where there is no `main`.
    pub(crate) fn path(&self) -> &'static str {
        if self.text.contains("fn main(") { "src/main.rs" } else { "src/lib.rs" }
    }
}

/// All examples of this toolchain, by code.
pub(crate) fn all() -> io::Result<Vec<Example>> {
    let folder = pages()?;
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|error| io::Error::other(format!("{}: {error}; `rustup component add rust-docs` brings the pages", folder.display())))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| code_of(path).is_some())
        .collect();
    pages.sort();
    let mut all = Vec::new();
    for page in pages {
        let code = code_of(&page).unwrap_or_default();
        all.extend(of_page(&code, &fs::read_to_string(&page)?));
    }
    Ok(all)
}

fn pages() -> io::Result<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output()?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).join("share/doc/rust/html/error_codes"))
}

fn code_of(page: &std::path::Path) -> Option<String> {
    let name = page.file_name()?.to_str()?.strip_suffix(".html")?;
    let digits = name.strip_prefix('E')?;
    (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| name.to_owned())
}

fn of_page(code: &str, html: &str) -> Vec<Example> {
    let block = Regex::new(r#"(?s)<code class="language-rust([^"]*)">(.*?)</code>"#).expect("a pattern of ours");
    let blocks: Vec<(Vec<&str>, String)> = block
        .captures_iter(html)
        .map(|found| {
            let (_, [flags, body]) = found.extract();
            (flags.split([' ', ',']).filter(|flag| !flag.is_empty()).collect(), plain(body))
        })
        .collect();
    let is_failing = |flags: &[&str]| flags.contains(&"compile_fail");
    let corrections: Vec<String> =
        blocks.iter().filter(|(flags, _)| !is_failing(flags) && !flags.contains(&"ignore")).map(|(_, text)| text.clone()).collect();
    let failing = blocks.iter().filter(|(flags, _)| is_failing(flags) && flags.contains(&code));
    (1..)
        .zip(failing)
        .map(|(nth, (flags, text))| Example {
            id: format!("{code}-{nth}"),
            code: code.to_owned(),
            // What people write today, unless the page says otherwise.
            edition: flags.iter().find_map(|flag| flag.strip_prefix("edition")).unwrap_or("2021").to_owned(),
            text: text.clone(),
            corrections: corrections.clone(),
        })
        .collect()
}

/// The text of a piece of HTML.
fn plain(html: &str) -> String {
    let tag = Regex::new("<[^>]+>").expect("a pattern of ours");
    let text = tag.replace_all(html, "");
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.into_owned(), |text, (from, to)| text.replace(from, to))
}
