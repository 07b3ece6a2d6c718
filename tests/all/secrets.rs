//! No secret leaves the program, whatever the format: a collection of made-up ones, put together here so that no scanner takes the test for
//! a leak.

use std::fs;

use crate::case::{Case, Ran};

const FORMATS: [&str; 5] = ["human", "concise", "json", "jsonl", "github"];

/// Secrets, each behind what gives it away.
fn secrets() -> Vec<(&'static str, String)> {
    let drawn = "q7XvT2mPz9LkR4sWn8bYc3HdJ6fGaE5uQ1wK0";
    let digits = "0123456789abcdef0123456789abcdef";
    let own = |parts: &[&str]| parts.concat();
    vec![
        ("", own(&["ghp", "_", &drawn[..36]])),
        ("", own(&["github", "_pat_", drawn])),
        ("", own(&["glp", "at-", &drawn[..20]])),
        ("", own(&["AK", "IA", "Q7XVT2MPZ9LKR4SW"])),
        ("", own(&["xo", "xb-", "123456789012-", &drawn[..24]])),
        ("", own(&["sk_", "live_", &drawn[..24]])),
        ("", own(&["sk-", "ant-", "api03-", drawn])),
        ("", own(&["AI", "za", &drawn[..35]])),
        ("", own(&["np", "m_", &drawn[..36]])),
        ("", own(&["py", "pi-", "AgEIcHlwaS5vcmc", drawn])),
        ("", own(&["dc", "kr_pat_", &drawn[..27]])),
        ("", own(&["h", "f_", &drawn[..34]])),
        ("", own(&["ey", "JhbGciOiJIUzI1NiJ9", ".", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", ".", &drawn[..30]])),
        ("aws_secret_access_key = ", own(&[drawn, "Zt9"])),
        ("DefaultEndpointsProtocol=https;AccountName=x;AccountKey=", own(&[drawn, "=="])),
        ("Server=db;User Id=sa;Password=", own(&["S3same", "Street!"])),
        ("postgres://app:", own(&["hun", "ter2", "@db:5432/shop"])),
        ("https://x.example/c?sv=2020-08-04&sig=", own(&[&drawn[..30], "%3D"])),
        ("Authorization: Bearer ", own(&["abc.", "def.ghi"])),
        ("authorization: Basic ", own(&["dXNlcjpw", "YXNz"])),
        ("Cookie: session=", own(&["abc", "def123"])),
        ("Set-Cookie: sid=", own(&["31d4", "d96e407aad42"])),
        ("X-Api-Key: ", own(&["abcd", "efgh1"])),
        ("password=", own(&["hunter", "2x"])),
        ("passwd: ", own(&["hunter", "3x"])),
        ("'password': '", own(&["open ", "sesame'"])),
        ("session key ", own(&[drawn])),
        ("token ", own(&["whse", "c_", digits])),
        ("", own(&["-----BEGIN RSA PRIVATE", " KEY-----\\n", drawn, "\\n-----END RSA PRIVATE", " KEY-----"])),
    ]
}

/// The part of a secret that must not be seen.
fn core(secret: &str) -> &str {
    let secret = secret.split("@db").next().unwrap_or(secret).trim_end_matches('\'');
    let key = secret.split("\\n").nth(1);
    key.unwrap_or(secret)
}

/// A log in which `told` stands in every place that a report shows.
fn log(told: &str) -> String {
    format!(
        "2026-01-02T03:04:05Z ERROR cannot go on with {told}\n\
         Traceback (most recent call last):\n  File \"/srv/app/a.py\", line 3, in f\n    g()\nValueError: bad {told}\n\n\
         During handling of the above exception, another exception occurred:\n\n\
         Traceback (most recent call last):\n  File \"/srv/app/b.py\", line 4, in h\n    k()\nKeyError: 'x {told} y'\n\
         thread 'main' panicked at src/main.rs:3:5:\nboom\n  {told}\n\
         note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
    )
}

fn check_hidden(ran: &Ran, secret: &str) {
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!all.contains(core(secret)), "`{}` is shown\n{ran}", core(secret));
}

#[test]
fn no_format_shows_a_secret() {
    let case = Case::empty();
    let secrets = secrets();
    let logs: String = secrets.iter().map(|(before, secret)| log(&format!("{before}{secret}"))).collect();
    fs::write(case.log(), logs).expect("the case is ours");
    for format in FORMATS {
        let ran = case.run([
            "analyze".as_ref(),
            case.log().as_os_str(),
            "--format".as_ref(),
            format.as_ref(),
            "-vv".as_ref(),
            "--top=99".as_ref(),
        ]);
        assert!(ran.stdout.contains("<redacted:"), "{ran}");
        for (_, secret) in &secrets {
            check_hidden(&ran, secret);
        }
    }
}

#[test]
fn the_same_token_has_the_same_tag_and_another_run_has_others() {
    let token = ["ghp", "_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let mut case = Case::empty();
    fs::write(case.log(), log(&token) + &log(&format!("again {token}"))).expect("the case is ours");
    let tags = |case: &Case| {
        let shown = case.run(["analyze".into(), case.log().into_os_string(), "--format".into(), "json".into()]).stdout;
        let mut tags: Vec<String> =
            shown.split("<redacted:").skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect();
        tags.sort();
        tags.dedup();
        tags
    };
    assert_eq!(tags(&case).len(), 1);
    // Four digits may meet by chance, but not every time.
    assert!((0..4).any(|_| tags(&case) != tags(&case)));
    case.set("HOMEOSTASIS_REDACT_KEY", "a key of the tests");
    assert_eq!(tags(&case), tags(&case));
    assert!(tags(&case)[0].starts_with("github-token:"));
}

#[test]
fn values_of_secret_variables_are_covered_wherever_they_stand() {
    let mut case = Case::empty();
    case.set("SHOP_API_KEY", "winter-is-here-7");
    case.set("HOMEOSTASIS_REDACT_KEY", "key-of-the-tags");
    fs::write(case.log(), log("call winter-is-here-7 and key-of-the-tags")).expect("the case is ours");
    for format in FORMATS {
        let ran = case.run(["analyze".into(), case.log().into_os_string(), "--format".into(), format.into()]);
        check_hidden(&ran, "winter-is-here-7");
        check_hidden(&ran, "key-of-the-tags");
    }
}

#[test]
fn error_messages_show_no_secret() {
    let case = Case::empty();
    let address = ["https://bob:hun", "ter2@example.com/x.log"].concat();
    check_hidden(&case.run(["analyze", &address]).with_code(2), &["hun", "ter2@"].concat());
    check_hidden(&case.run(["analyze", "--since", &format!("password={}", "sesame7")]).with_code(2), "sesame7");
}

#[test]
fn a_pipe_and_a_file_get_no_secrets_even_if_asked_for() {
    let case = Case::empty();
    fs::write(case.log(), log("password=hunter2")).expect("the case is ours");
    let ran = case.run(["analyze".into(), case.log().into_os_string(), "--no-redact".into()]).with_code(2);
    assert!(ran.stderr.contains("terminal") && ran.stdout.is_empty(), "{ran}");
    let file = case.root().join("../report.txt");
    let ran = case.run([
        "analyze".into(),
        case.log().into_os_string(),
        "--no-redact".into(),
        "--output-file".into(),
        file.clone().into_os_string(),
    ]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(!file.exists());
}

#[test]
fn a_patch_that_is_shown_or_committed_covers_the_secrets_around_it() {
    let case = Case::copy("python/missing-import");
    let receipt = String::from_utf8(case.read("shop/receipt.py")).expect("the fixture is UTF-8");
    let secret = ["sk_", "live_", "q7XvT2mPz9LkR4sWn8bYc3Hd"].concat();
    // Beside the place of the import, so that every diff shows it.
    let (first, rest) = receipt.split_once('\n').expect("it has lines");
    case.write("shop/receipt.py", format!("{first}\nKEY = \"{secret}\"\n{rest}"));
    case.commit();
    let (_, told) = case.shell("python3 -m unittest discover -s tests -t .");
    fs::write(case.log(), told).expect("the case is ours");
    for format in ["human", "json", "diff", "github"] {
        let ran = case.run(["fix".into(), case.log().into_os_string(), "--format".into(), format.into()]).with_code(0);
        check_hidden(&ran, &secret);
    }
    let _healed = case.run_that_may_write(["fix".into(), case.log().into_os_string(), "--branch".into(), "heal".into()]).with_code(0);
    assert!(!case.git(&["log", "-1", "--format=%B", "heal"]).contains(&secret));
    assert!(case.git(&["show", "heal:shop/receipt.py"]).contains(&secret), "the file itself stays as it is");
}

#[test]
fn ordinary_logs_lose_nothing() {
    let case = Case::empty();
    let plain = "commit 3f786850e387550fdab836ed7e6dc881de23001b sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
                 id 123e4567-e89b-12d3-a456-426614174000 _ZN4core3ptr85drop_in_place17h0123456789abcdefE /usr/lib/python3/dist-packages/auth/token.py \
                 data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4 password = read_password(user)";
    fs::write(case.log(), log(plain)).expect("the case is ours");
    let ran = case.run(["analyze".into(), case.log().into_os_string(), "--format".into(), "json".into()]);
    assert!(!ran.stdout.contains("<redacted") && ran.stdout.contains("read_password(user)"), "{ran}");
}
