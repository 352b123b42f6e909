//! What may stand in a flag, drawn by chance.

use super::super::generated::Chance;

pub(super) fn variant(chance: &mut Chance) -> String {
    chance.one_of(&["off", "off", "on", "more"]).to_owned()
}

fn share(chance: &mut Chance) -> u64 {
    match chance.below(5) {
        0 => 100,
        1 => 0,
        _ => chance.below(101),
    }
}

fn unit(chance: &mut Chance) -> &'static str {
    chance.one_of(&["", "", ", by: account"])
}

pub(super) fn serve(chance: &mut Chance) -> String {
    let part = 1 + chance.below(99);
    let unit = unit(chance);
    match chance.below(8) {
        0 => format!("{{ split: {{ off: {part}, on: {} }}{unit} }}", 100 - part),
        1 => format!("{{ split: {{ more: {part}, off: {} }}{unit} }}", 100 - part),
        2 => {
            let (from, to) = chance.pair();
            format!(
                "{{ rollout: {{ from: {from}, to: {to}, share: {} }} }}",
                share(chance)
            )
        }
        3 => "{ experiment: e }".to_owned(),
        4 => "{ rollout: p }".to_owned(),
        _ => variant(chance),
    }
}

fn percentage(chance: &mut Chance) -> String {
    let unit = chance.one_of(&["", "", ", by: account", ", salt: other"]);
    let from = chance.below(60);
    match chance.below(2) {
        0 => format!("{{ percentage: {}{unit} }}", share(chance)),
        _ => format!(
            "{{ percentage: {{ from: {from}, to: {} }}{unit} }}",
            from + 1 + chance.below(40)
        ),
    }
}

fn attribute(chance: &mut Chance) -> String {
    match chance.below(4) {
        0 => "{ attribute: country, exists: true }".to_owned(),
        1 => "{ not: { attribute: country, in: [CA] } }".to_owned(),
        2 => "{ segment: staff }".to_owned(),
        _ => format!(
            "{{ attribute: country, in: [{}] }}",
            chance.one_of(&["CA", "US", "CA, US"])
        ),
    }
}

pub(super) fn condition(chance: &mut Chance) -> String {
    let group = chance.one_of(&["all", "any"]).to_owned();
    match chance.below(5) {
        0 => attribute(chance),
        1 | 2 => percentage(chance),
        3 => format!("{{ {group}: [{}, {}] }}", attribute(chance), percentage(chance)),
        _ => format!("{{ {group}: [{}, {}] }}", percentage(chance), percentage(chance)),
    }
}

pub(super) fn window(chance: &mut Chance) -> String {
    chance
        .one_of(&[
            "",
            "",
            "start: 2026-11-20T00:00:00Z",
            "start: 2026-12-20T00:00:00Z",
            "end: 2026-11-20T00:00:00Z",
            "end: 2026-12-20T00:00:00Z",
        ])
        .to_owned()
}
