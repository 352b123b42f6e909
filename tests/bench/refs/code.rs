//! Code as people write it, and flags that it uses: the same for the same numbers.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

const LINES_A_FILE: usize = 100;

/// So many files stand in one folder.
const FILES_A_FOLDER: usize = 50;

const LANGUAGES: [&str; 5] = ["ts", "py", "go", "rs", "java"];

const WORDS: [&str; 16] = [
    "order", "customer", "basket", "price", "session", "request", "result", "total", "address", "payment",
    "item", "region", "limit", "cursor", "status", "member",
];

/// Writes the folders `code`, and the projects `keys` and `aliases`, which have the same flags.
pub(crate) fn write(folder: &Path, lines: usize, flags: usize) -> io::Result<()> {
    let keys: Vec<String> = (0..flags)
        .map(|number| {
            let [one, other] =
                [number % 16, number / 16 % 16].map(|at| WORDS.get(at).copied().unwrap_or_default());
            format!("{one}-{other}.v{number}")
        })
        .collect();
    project(&folder.join("keys"), &keys, "")?;
    let names = "references:\n  wrappers: ['isOn({}', 'gate({}', '<Feature flag={}']\n  aliases: ['Flags.{camelCase}', 'FLAG_{SCREAMING_SNAKE_CASE}']\n";
    project(&folder.join("aliases"), &keys, names)?;

    let mut numbers = Numbers(1);
    let files = lines.div_ceil(LINES_A_FILE);
    // Every flag five times, spread over all lines.
    let apart = (lines / (flags * 5).max(1)).max(1);
    let mut line = 0;
    for file in 0..files {
        let language = LANGUAGES.get(file % LANGUAGES.len()).copied().unwrap_or_default();
        let place = folder.join(format!("code/src/{:04}", file / FILES_A_FOLDER));
        if file % FILES_A_FOLDER == 0 {
            fs::create_dir_all(&place)?;
        }
        let mut text = String::new();
        for _ in 0..LINES_A_FILE.min(lines - line) {
            match line % apart == apart / 2 {
                true => {
                    let key = keys.get(line / apart % flags.max(1)).map_or("", String::as_str);
                    let _ = writeln!(text, "    if (flags.value('{key}', false)) {{");
                }
                false => statement(&mut text, &mut numbers),
            }
            line += 1;
        }
        fs::write(place.join(format!("file{file}.{language}")), text)?;
    }
    Ok(())
}

fn project(folder: &Path, keys: &[String], settings: &str) -> io::Result<()> {
    fs::create_dir_all(folder.join("flags"))?;
    let text = format!("project: bench\nenvironments: [production]\n{settings}");
    fs::write(folder.join("tidegate.yaml"), text)?;
    for (number, key) in keys.iter().enumerate() {
        let text = format!(
            "description: d\nowner: o\ntype: release\nsalt: s{number}\ndefault: off\nenvironments: {{ production: {{}} }}\n"
        );
        fs::write(folder.join(format!("flags/{key}.yaml")), text)?;
    }
    Ok(())
}

fn statement(text: &mut String, numbers: &mut Numbers) {
    let mut word = || {
        let at = numbers.below(WORDS.len());
        WORDS.get(at).copied().unwrap_or_default()
    };
    let (one, other, third) = (word(), word(), word());
    let _ = match numbers.below(8) {
        0 => writeln!(text),
        1 => writeln!(
            text,
            "    // the {one} of a {other} is not what it seems, so we don't trust the {third}"
        ),
        2 => writeln!(
            text,
            "    const {one} = await load('{other}/{third}', {{ {third}: 20 }})"
        ),
        3 => writeln!(text, "    return {one}.map(({other}) => {other}.{third} + 1)"),
        4 => writeln!(
            text,
            "    log(\"{one}\", {{ \"{other}\": '{third}', n: {} }})",
            numbers.below(1_000)
        ),
        5 => writeln!(text, "  }}"),
        6 => writeln!(text, "    if ({one}.get('{other}') !== null && {third} > 0) {{"),
        _ => writeln!(text, "    self.{one}_{other} = {one}({third}, `{other}`)"),
    };
}

/// Numbers that only look random, by Lehmer.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as usize % end
    }
}
