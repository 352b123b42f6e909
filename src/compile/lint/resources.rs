use super::names::Names;
use super::walk::visit_all;
use crate::compile::table::network::compile_networks;
use crate::compile::table::pattern::{PatternError, compile_needles, compile_pattern};
use crate::compile::table::version_range::compile_version_range;
use crate::model::{Condition, Diagnostic, Operator, Place, Spanned, Test};
use std::collections::HashMap;

/// Regular expressions, version ranges and networks that cannot be compiled.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let mut patterns = Patterns::default();
    visit_all(names.project, &mut |part| {
        if let Condition::Attribute { test, .. } = &part.value {
            compiled(test, &mut patterns, found);
        }
    });
}

/// What came of each pattern, so that none is compiled twice.
#[derive(Default)]
struct Patterns(HashMap<(Vec<String>, bool, bool), Result<(), PatternError>>);

impl Patterns {
    fn pattern(&mut self, pattern: &str, ignore_case: bool) -> Result<(), PatternError> {
        let key = (vec![pattern.to_owned()], ignore_case, true);
        let compile = || compile_pattern(pattern, ignore_case).map(drop);
        self.0.entry(key).or_insert_with(compile).clone()
    }

    fn needles(&mut self, needles: &[Spanned<String>], ignore_case: bool) -> Result<(), PatternError> {
        let texts: Vec<&str> = needles.iter().map(|needle| needle.value.as_str()).collect();
        let key = (
            texts.iter().map(|&text| text.to_owned()).collect(),
            ignore_case,
            false,
        );
        let compile = || compile_needles(&texts, ignore_case).map(drop);
        self.0.entry(key).or_insert_with(compile).clone()
    }
}

fn compiled(test: &Spanned<Test>, patterns: &mut Patterns, found: &mut Vec<Diagnostic>) {
    match &test.value {
        Test::Matches { pattern, ignore_case } => {
            if let Err(error) = patterns.pattern(&pattern.value, *ignore_case) {
                let place = error.offset.and_then(|offset| place_inside(pattern, offset));
                let message = match place {
                    Some(_) => error.message,
                    None => error.to_string(),
                };
                let place = place.unwrap_or_else(|| pattern.place.clone());
                found.push(Diagnostic::error("bad-pattern", &place, message));
            }
        }
        Test::Text {
            operator: Operator::Contains,
            needles,
            ignore_case,
        } => {
            if let Err(error) = patterns.needles(needles, *ignore_case) {
                found.push(Diagnostic::error(
                    "pattern-too-large",
                    &test.place,
                    error.to_string(),
                ));
            }
        }
        Test::Semver(range) => {
            if let Err(message) = compile_version_range(&range.value) {
                found.push(Diagnostic::error("bad-version-range", &range.place, message));
            }
        }
        Test::Cidr(networks) => {
            // One call for each: the first bad one must not hide the others.
            for network in networks {
                if let Err((_, message)) = compile_networks(&[&network.value]) {
                    found.push(Diagnostic::error("bad-network", &network.place, message));
                }
            }
        }
        Test::In { .. }
        | Test::Text { .. }
        | Test::Compare(..)
        | Test::Moment(..)
        | Test::Exists
        | Test::Type(_)
        | Test::List(..)
        | Test::Size(..) => {}
    }
}

/// The place of a byte of a string, where the source has the string as it is, bare or in quotes.
fn place_inside(text: &Spanned<String>, offset: usize) -> Option<Place> {
    let written = text.place.end.checked_sub(text.place.start)?;
    // A string with a space could be folded over lines and of the same length by chance.
    let quotes = match written.checked_sub(text.value.len())? {
        0 => 0,
        2 if !text.value.contains(' ') => 1,
        _ => return None,
    };
    let before = text.value.get(..offset)?;
    let width = text.value.get(offset..)?.chars().next().map_or(0, char::len_utf8);
    let start = text.place.start + quotes + offset;
    Some(Place {
        start,
        end: start + width,
        column: text.place.column + quotes + before.chars().count(),
        ..text.place.clone()
    })
}
