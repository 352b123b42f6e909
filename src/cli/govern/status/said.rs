//! What text and page say in the same words.

use tidegate::delivery::status::{
    Cell, Compared, Course, Exit, LastEntry, LastLook, Portion, Row, Served, There,
};
use tidegate::delivery::{about, percent};
use tidegate::model::Status;

/// What those get who come to an exit: `one-page for segment early-access; 5% one-page, 95% classic`.
pub(super) fn what(served: &Served) -> String {
    let parts = parts(served).into_iter().map(|(what, note)| match note {
        Some(note) => format!("{what} ({note})"),
        None => what,
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// The same in parts, each with what it depends on besides.
pub(super) fn parts(served: &Served) -> Vec<(String, Option<&str>)> {
    let (rings, rest): (Vec<&Portion>, Vec<&Portion>) =
        served.what.iter().partition(|portion| portion.ring.is_some());
    let rings = rings.into_iter().map(|portion| {
        let ring = portion.ring.as_deref().unwrap_or_default();
        (format!("{} for {ring}", portion.variant), None)
    });
    // A note that several in a row have in common stands once, behind them.
    let alike = rest.chunk_by(|one, other| one.note == other.note);
    let shares = alike.map(|portions| {
        let shares: Vec<String> = portions.iter().copied().map(share_of).collect();
        let note = portions.first().and_then(|portion| portion.note.as_deref());
        (shares.join(", "), note)
    });
    rings.chain(shares).collect()
}

fn share_of(portion: &Portion) -> String {
    match portion.share {
        100_000 => portion.variant.clone(),
        share => format!("{} {}", percent(share), portion.variant),
    }
}

/// Those who come to an exit, by the rule's name where it has one.
pub(super) fn whom(served: &Served) -> &str {
    match &served.exit {
        Exit::Rule(_, Some(name)) => name,
        _ => &served.whom,
    }
}

/// What the plan of a cell does, and at which stage: `running at percent-5, stage 3 of 7`.
pub(super) fn stage(course: &Course) -> Option<String> {
    let stage = course.stage.as_ref()?;
    let text = format!("{}, stage {} of {}", stage.name, stage.number, course.stages);
    match course.status {
        Status::Running | Status::Paused => Some(text),
        Status::RolledBack => Some(format!("from {text}")),
        Status::Draft | Status::Completed => None,
    }
}

/// The share of a plan that is under way, and what it may come to; nothing where only rings get it.
pub(super) fn share(course: &Course) -> Option<String> {
    let at_rings = course.share == 0 && course.stage.as_ref().is_none_or(|stage| stage.final_share == 0);
    if !course.status.is_under_way() || at_rings {
        return None;
    }
    let mut text = format!("{} {}", percent(course.share), course.to);
    // A ramp that has come to its end stays the stage until something is done.
    let ramp = course.stage.as_ref().filter(|stage| stage.ramp_ends_ms.is_some());
    if let Some(stage) = ramp.filter(|stage| course.share < stage.final_share) {
        text.push_str(&format!(", on the way to {}", percent(stage.final_share)));
    }
    if let Some(ceiling) = course.ceiling {
        text.push_str(&format!(", ceiling {}", percent(ceiling)));
    }
    Some(text)
}

/// What the last look came to, and when; and why, unless that is what the plan waits for anyway.
pub(super) fn verdict(course: &Course, look: &LastLook, now_ms: i64) -> String {
    let trial = if look.dry_run { " (on trial)" } else { "" };
    let waits = course
        .missing
        .iter()
        .any(|missing| missing.message == look.message);
    let why = match waits {
        true => String::new(),
        false => format!(": {}", look.message),
    };
    format!(
        "{}{trial} {} at {}{why}",
        look.verdict.name(),
        ago(look.time_ms, now_ms),
        look.stage
    )
}

/// What was done last, by whom and when.
pub(super) fn last_entry(last: &LastEntry, now_ms: i64) -> String {
    let LastEntry {
        action,
        actor,
        time_ms,
        ..
    } = last;
    let why = last.reason.as_ref().map(|reason| format!(": {reason}"));
    let ago = ago(*time_ms, now_ms);
    format!("{action} by {actor}, {ago}{}", why.unwrap_or_default())
}

/// What is published otherwise than the files say, for which audiences.
pub(super) fn published(cell: &Cell) -> Vec<String> {
    let audiences = |is: &dyn Fn(&There) -> bool| {
        let such = cell.published.iter().filter(|there| is(there));
        let names: Vec<String> = such.map(|there| there.audience.to_string()).collect();
        (!names.is_empty()).then(|| names.join(" and "))
    };
    let compared = |how: Compared| audiences(&|there| there.compared == how);
    let told = [
        audiences(&|there| there.killed).map(|whom| format!("killed for {whom}: `tidegate unkill` lifts it")),
        compared(Compared::Differs)
            .map(|whom| format!("what is published for {whom} differs from the files")),
        compared(Compared::Missing).map(|whom| format!("not published for {whom} yet")),
        compared(Compared::Gone).map(|whom| format!("still published for {whom}")),
    ];
    told.into_iter().flatten().collect()
}

/// How old a flag is: `12 days old`.
pub(super) fn age(row: &Row, now_ms: i64) -> Option<String> {
    let age = row.age?;
    let old = about(now_ms.saturating_sub(age.since_ms));
    Some(match age.is_written {
        true => format!("{old} old"),
        false => format!("known for {old}"),
    })
}

/// Days that are left until a flag should be gone, or over since.
pub(super) fn expiry(row: &Row, now_ms: i64) -> Option<String> {
    let expires_at_ms = row.expires_at_ms?;
    let left_ms = expires_at_ms.saturating_sub(now_ms);
    Some(match left_ms > 0 {
        true => format!("expires in {}", about(left_ms)),
        false => format!("expired {}", ago(expires_at_ms, now_ms)),
    })
}

/// How long ago something was.
pub(super) fn ago(moment_ms: i64, now_ms: i64) -> String {
    format!("{} ago", about(now_ms.saturating_sub(moment_ms)))
}
