use proptest::prelude::*;
use tidegate::delivery::edit::set_state;
use tidegate::model::{Flag, Place, RolloutState, SourceFile, Spanned, Status, read};

/// A flag's file around a state, in one of the styles that people write.
#[derive(Debug, Clone)]
struct Written {
    path: &'static str,
    before: String,
    state: String,
    after: String,
}

impl Written {
    fn text(&self) -> String {
        format!("{}{}{}", self.before, self.state, self.after)
    }

    fn with_crlf(self) -> Self {
        let crlf = |text: String| text.replace('\n', "\r\n");
        Self {
            path: self.path,
            before: crlf(self.before),
            state: crlf(self.state),
            after: crlf(self.after),
        }
    }
}

const HEAD: &str = "# What it is for\ndescription: \"d: #1\"   # not a comment inside\nsalt: s   # never touched\ndefault: { rollout: r }\n\nrollouts:\n  r: { from: off, to: on }\n  other: { from: off, to: on }   # spare\n";

fn block(state: &str) -> Written {
    let state = state.lines().map(|line| format!("        {line}\n")).collect();
    Written {
        path: "flags/f.yaml",
        before: format!(
            "{HEAD}environments:   # where\n  staging: {{}}\n  production:\n    # on since May\n    enabled: true\n    rollouts:\n      other: {{ status: draft }}   # not yet\n      r:   # the launch\n"
        ),
        state,
        after: "      # nothing else\n  # the end of production\n  dev:\n    enabled: false\n\n# bye\n"
            .into(),
    }
}

fn flow(state: &str) -> Written {
    Written {
        path: "flags/f.yaml",
        before: format!(
            "{HEAD}environments:\n  production: {{ enabled: true, rollouts: {{ other: {{ status: draft }}, r: "
        ),
        state: format!(
            "{{ {} }}",
            state.lines().map(uncommented).collect::<Vec<_>>().join(", ")
        ),
        after: " } }   # live\n  staging: {}\n".into(),
    }
}

/// Flow style over several lines, with comments between.
fn spread(state: &str) -> Written {
    let lines: Vec<String> = state
        .lines()
        .map(|line| {
            let (key, _) = line.split_once(':').unwrap();
            format!("        {}, # of {key}\n", uncommented(line))
        })
        .collect();
    Written {
        path: "flags/f.yaml",
        before: format!(
            "{HEAD}environments: {{\n    production: {{\n      rollouts: {{ # all of them\n      r: "
        ),
        state: format!("{{\n{}      }}", lines.concat()),
        after: " } },\n    staging: {} # last\n  }\n".into(),
    }
}

fn json(state: &str, spaces: bool) -> Written {
    let members: Vec<String> = state
        .lines()
        .map(|line| {
            let (key, value) = uncommented(line).split_once(": ").unwrap();
            let bare = value.starts_with(['[', '"']) || value.parse::<f64>().is_ok();
            let value = value.replace("[ana]", "[\"ana\"]");
            if bare {
                format!("\"{key}\": {value}")
            } else {
                format!("\"{key}\": \"{value}\"")
            }
        })
        .collect();
    let written = Written {
        path: "flags/f.json",
        before: "{\n  \"salt\": \"s\",\n  \"default\": { \"rollout\": \"r\" },\n  \"rollouts\": { \"r\": { \"from\": \"off\", \"to\": \"on\" } },\n  \"environments\": {\n    \"production\": {\n      \"rollouts\": {\n        \"r\": ".into(),
        state: format!("{{\n          {}\n        }}", members.join(",\n          ")),
        after: "\n      }\n    },\n    \"staging\": {}\n  }\n}\n".into(),
    };
    if spaces {
        return written;
    }
    let dense = |text: &str| text.replace(['\n', ' '], "");
    Written {
        path: written.path,
        before: dense(&written.before),
        state: dense(&written.state),
        after: dense(&written.after),
    }
}

fn uncommented(line: &str) -> &str {
    line.split("  #").next().unwrap().trim_end()
}

fn written() -> impl Strategy<Value = Written> {
    let old = proptest::sample::select(vec![
        "status: draft",
        "status: running   # by hand\nstage: qa\nenteredAt: 2026-11-20T09:00:00Z   # a Friday\nceiling: 12.5",
        "stage: percent-1\nstatus: running",
        "status: paused\nstage: qa\nenteredAt: \"2026-11-20T09:00:00.125Z\"\nceiling: 0\npausedAt: 2026-11-21T09:00:00Z\ndelay: 36h\nreason: \"look at: #7\"\napprovals: [ana]",
        "status: rolled_back\nreason: slow",
        "status: completed",
    ]);
    (old, 0..5_u8, any::<bool>()).prop_map(|(old, style, crlf)| {
        let written = match style {
            0 => block(old),
            1 => flow(old),
            2 => spread(old),
            3 => json(old, true),
            _ => json(old, false),
        };
        if crlf { written.with_crlf() } else { written }
    })
}

fn state() -> impl Strategy<Value = RolloutState> {
    let stage = proptest::option::of(proptest::sample::select(vec![
        "qa",
        "percent-5",
        "true",
        "1",
        "-",
        "0x1f",
    ]));
    let moment = || proptest::option::of(0..4_102_444_800_000_i64);
    let reason = proptest::option::of(prop_oneof![
        "[ -~]{1,40}",
        "\\PC{1,30}",
        proptest::sample::select(vec![
            "on",
            "~",
            "5",
            "",
            " x ",
            "#1",
            "a: b",
            "- a",
            "{",
            "é😀",
            "'",
            "\"",
            "\\",
            "---",
            "2026-11-20"
        ])
        .prop_map(str::to_owned),
    ]);
    let people = proptest::collection::vec(
        proptest::sample::select(vec!["ana", "bob", "Zoë Ł.", "null", "7", "a, b", "o'neil"])
            .prop_map(str::to_owned),
        0..4,
    );
    (
        proptest::sample::select(Status::ALL.to_vec()),
        (stage, moment(), moment()),
        proptest::option::of(0..=100_000_u32),
        prop_oneof![Just(0), 1..1_000_000_i64],
        (reason, people),
    )
        .prop_map(
            |(status, (stage, entered_at, paused_at), ceiling, delay_s, (reason, approvals))| RolloutState {
                status,
                stage: stage.map(|stage| Spanned::new(stage.to_owned(), Place::default())),
                entered_at,
                ceiling,
                paused_at,
                delay_ms: delay_s * 1_000,
                reason,
                approvals,
                ..RolloutState::draft()
            },
        )
}

/// The flag of a text, sound in its shape.
#[track_caller]
fn flag(path: &str, text: &str) -> Flag {
    let files = [
        (
            "tidegate.yaml",
            "project: p\nenvironments: [production, staging, dev]\n",
        ),
        (path, text),
    ];
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).into(),
            text: (*text).into(),
        })
        .collect();
    let (project, problems) = read(&sources);
    assert_eq!(problems, [], "{text}");
    project.unwrap().flags.remove(0)
}

/// A flag as it reads, but for places, and for a state that is put in the place of its own.
fn with_state(mut flag: Flag, state: &RolloutState) -> String {
    for (name, environment) in &mut flag.environments {
        for (id, there) in &mut environment.rollouts {
            if name.value == "production" && id.value == "r" {
                *there = state.clone();
            }
        }
    }
    placeless(&flag)
}

fn placeless(flag: &Flag) -> String {
    let text = format!("{flag:?}");
    let mut parts = text.split("Place {");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| all + part.split_once('}').unwrap().1)
}

fn bare_newlines(text: &str) -> usize {
    text.matches('\n').count() - text.matches("\r\n").count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn only_the_state_changes(written in written(), state in state()) {
        let old = written.text();
        let new = set_state(written.path, &old, "production", "r", &state);
        let new = new.map_err(|error| TestCaseError::fail(format!("{error}\n{old}")))?;
        prop_assert_eq!(
            placeless(&flag(written.path, &new)),
            with_state(flag(written.path, &old), &state),
            "{}\n{}", old, new
        );
        prop_assert!(new.starts_with(written.before.trim_end_matches([' ', '\r', '\n'])), "{old}\n{new}");
        prop_assert!(new.ends_with(&written.after), "{old}\n{new}");
        // The key `status` is in each state, and so is what stands beside it.
        for comment in ["# by hand", "# of status"] {
            prop_assert_eq!(old.contains(comment), new.contains(comment), "{}\n{}", old, new);
        }
        if old.contains("\r\n") {
            prop_assert_eq!(bare_newlines(&new), 0, "{}\n{}", old, new);
        }
        // Again changes nothing more.
        prop_assert_eq!(set_state(written.path, &new, "production", "r", &state).unwrap(), new);
    }

    #[test]
    fn missing_keys_are_added_and_nothing_is_taken_away(number in 0..8_usize, crlf in any::<bool>(), state in state()) {
        let (path, below) = [
            ("flags/f.yaml", ""),
            ("flags/f.yaml", "environments:\n  staging: {}   # only\n"),
            ("flags/f.yaml", "environments:\n  staging: { enabled: true }\n  production: {}   # empty\n# end\n"),
            ("flags/f.yaml", "environments:\n  production:   # where people are\n    enabled: true   # on\n\n  # later\n  staging: {}\n"),
            ("flags/f.yaml", "environments: { production: { rollouts: { other: { status: draft } } } }   # all\n"),
            ("flags/f.yaml", "environments:\n  production:\n    rollouts:\n      other:\n        status: draft\n    killed: false\n  staging: {}"),
            ("flags/f.json", ", \"environments\": { \"staging\": {} }"),
            ("flags/f.json", ""),
        ][number];
        let old = match path {
            "flags/f.yaml" => format!("{HEAD}{below}"),
            _ => format!(
                "{{\n  \"salt\": \"s\",\n  \"default\": {{ \"rollout\": \"r\" }},\n  \"rollouts\": {{ \"r\": {{ \"from\": \"off\", \"to\": \"on\" }} }}{below}\n}}\n"
            ),
        };
        let old = if crlf { old.replace('\n', "\r\n") } else { old };
        let new = set_state(path, &old, "production", "r", &state);
        let new = new.map_err(|error| TestCaseError::fail(format!("{error}\n{old}")))?;
        let read = flag(path, &new);
        let (_, production) = read.environments.iter().find(|(name, _)| name.value == "production").unwrap();
        let (_, there) = production.rollouts.iter().find(|(id, _)| id.value == "r").unwrap();
        prop_assert!(there.says_the_same_as(&state), "{old}\n{new}");
        // What was there is there, in its order: each of its characters, with others in between.
        let mut characters = new.chars();
        for character in old.trim_end().chars() {
            prop_assert!(characters.any(|found| found == character), "{old}\n{new}");
        }
        for line in old.lines().filter(|line| line.contains('#')) {
            let comment = &line[line.rfind('#').unwrap()..];
            prop_assert!(new.contains(comment), "{old}\n{new}");
        }
        if crlf {
            prop_assert_eq!(bare_newlines(&new), 0, "{}\n{}", old, new);
        }
        prop_assert_eq!(set_state(path, &new, "production", "r", &state).unwrap(), new);
    }

    #[test]
    fn no_text_makes_it_panic_or_change_something_else(at in 0..400_usize, cut in 0..12_usize, put in "\\PC{0,6}", state in state()) {
        let mut text = block("status: running\nstage: qa").text();
        let at = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((at + cut).min(text.len()));
        text.replace_range(at..end, &put);
        if let Ok(new) = set_state("flags/f.yaml", &text, "production", "r", &state) {
            if let Some((ahead, _)) = text.split_once("\nenvironments:") {
                prop_assert!(new.starts_with(ahead), "{text}\n{new}");
            }
            let mut characters = new.chars();
            for character in text.rsplit_once("# nothing else").map_or("", |(_, behind)| behind.trim_end()).chars() {
                prop_assert!(characters.any(|found| found == character), "{text}\n{new}");
            }
            let again = set_state("flags/f.yaml", &new, "production", "r", &state).unwrap();
            prop_assert_eq!(again, new);
        }
    }
}

#[test]
fn a_text_reads_as_a_person_would_have_written_it() {
    let state = RolloutState {
        status: Status::Running,
        stage: Some(Spanned::new("percent-1".into(), Place::default())),
        entered_at: Some(1_795_262_400_000),
        ceiling: Some(1_000),
        reason: Some("first people".into()),
        ..RolloutState::draft()
    };
    let new = |text: &str| set_state("flags/f.yaml", text, "production", "r", &state).unwrap();
    assert_eq!(
        new("salt: s\ndefault: on\n"),
        "salt: s\ndefault: on\nenvironments:\n  production:\n    rollouts:\n      r:\n        status: running\n        stage: percent-1\n        enteredAt: 2026-11-21T12:00:00Z\n        ceiling: 1\n        reason: first people\n"
    );
    assert_eq!(
        new(
            "environments:\n  production:\n    rollouts:\n      r:\n        status: draft   # soon\n  # the others\n  staging: {}\n"
        ),
        "environments:\n  production:\n    rollouts:\n      r:\n        status: running   # soon\n        stage: percent-1\n        enteredAt: 2026-11-21T12:00:00Z\n        ceiling: 1\n        reason: first people\n  # the others\n  staging: {}\n"
    );
}

#[test]
fn a_byte_order_mark_stays() {
    let state = RolloutState::draft();
    let text = "\u{feff}salt: s\ndefault: on\n";
    let new = set_state("flags/f.yaml", text, "production", "r", &state).unwrap();
    assert!(new.starts_with(text), "{new}");
}

#[test]
fn what_cannot_be_edited_is_told_with_its_place() {
    let state = RolloutState::draft();
    for (text, told) in [
        ("salt: [", "flags/f.yaml:1:8: error[syntax]:"),
        ("salt: &a s\n", "flags/f.yaml:1:7: error[anchor]:"),
        (
            "environments: { production: { rollouts: { r: { status: begun } } } }\n",
            "flags/f.yaml:1:56: error[unknown-word]:",
        ),
        (
            "environments: { production: on }\n",
            "flags/f.yaml:1:1: error[edit-unsafe]: the state of `r` in `production` cannot be changed here",
        ),
        ("- a\n", "flags/f.yaml:1:1: error[edit-unsafe]:"),
    ] {
        let error = set_state("flags/f.yaml", text, "production", "r", &state).unwrap_err();
        assert!(error.to_string().starts_with(told), "{error}");
    }
}
