//! How costs grow with flags, rules and lists, and whether the budgets are met.

use cases::{FLAGS, IDS, NOW_MS, RULES};
use serde_json::json;
use std::hint::black_box;
use tidegate::{Binding, Client, Context};
use tidegate_native_bench::{Report, Result, Table, Timing, count, figure, snapshots};

const DECIDE: &str = "decide";
const LOAD: &str = "load";

/// Milliseconds that 10,000 flags may take to load once they are verified.
const LOAD_MS: f64 = 10.0;
/// How much more one flag of 10,000 may cost than one of 10.
const GROWTH: f64 = 1.2;

fn main() -> Result<()> {
    let flags = FLAGS.map(|flags| (flags, format!("flags-{flags}")));
    let mut timing = Timing::new("scaling-decide")?;
    let clients = flags
        .iter()
        .map(|(count, name)| Ok((*count, name.as_str(), snapshots::loaded(name)?)))
        .collect::<Result<Vec<_>>>()?;
    for round in timing.rounds() {
        for (count, name, client) in &clients {
            decide(&mut timing, name, *count, client, round)?;
        }
    }
    let mut loading = Timing::new("scaling-load")?.in_rounds(5);
    for round in loading.rounds() {
        for (_, name) in &flags {
            load(&mut loading, name, round)?;
        }
    }
    let mut said = Report::default();
    let mut section = json!({ "flags": of_flags(&timing, &loading, &clients, &mut said)? });
    section["rules"] = of_rules(&mut timing, &mut said)?;
    section["ids"] = of_ids(&mut timing, &mut said)?;
    said.write("scaling", section)
}

/// One flag over and over, and another each time.
fn decide(timing: &mut Timing, name: &str, count: u32, client: &Client, round: usize) -> Result<()> {
    let visitor = visitor(client)?;
    let key = |number: u32| format!("feature-{number:03}");
    let middle = key(count.div_ceil(2));
    check(&visitor, &middle)?;
    timing.time(DECIDE, name, round, || {
        visitor.evaluate(black_box(&middle), NOW_MS)
    });
    // A step that shares no divisor with the counts visits every flag before any a second time.
    let keys: Vec<String> = (0..count).map(|step| key(1 + step * 7_919 % count)).collect();
    let mut keys = keys.iter().cycle();
    timing.time(DECIDE, &format!("{name}, each"), round, || {
        keys.next()
            .and_then(|key| visitor.evaluate(black_box(key), NOW_MS))
    });
    Ok(())
}

fn visitor(client: &Client) -> Result<Binding<'_>> {
    let context = Context::new("user-1")
        .with("country", "US")
        .with("plan", "free")
        .with("age", 41);
    client.bind(&context).ok_or_else(|| "no snapshot".into())
}

fn check(visitor: &Binding<'_>, flag: &str) -> Result<()> {
    let answer = visitor
        .evaluate(flag, NOW_MS)
        .ok_or_else(|| format!("no flag {flag}"))?;
    match answer.exit().name() {
        "rollout" => Ok(()),
        exit => Err(format!("{flag} ends at {exit}").into()),
    }
}

/// Verification by itself, taking the snapshot, and taking it with the first answer.
fn load(timing: &mut Timing, name: &str, round: usize) -> Result<()> {
    let frame = snapshots::frame(name)?;
    let unreadable = snapshots::frame(&format!("{name}-of-another-format"))?;
    if snapshots::client()?.load(unreadable.clone(), NOW_MS).is_ok() {
        return Err("a snapshot of another format is taken".into());
    }
    let fresh = || snapshots::client();
    timing.time_with(
        LOAD,
        &format!("{name}, verify"),
        round,
        || (fresh(), unreadable.clone()),
        |(client, frame)| client.map(|mut client| (client.load(frame, NOW_MS).is_err(), client)),
    );
    timing.time_with(
        LOAD,
        &format!("{name}, load"),
        round,
        || (fresh(), frame.clone()),
        |(client, frame)| client.map(|mut client| (client.load(frame, NOW_MS).is_ok(), client)),
    );
    timing.time_with(
        LOAD,
        &format!("{name}, answer"),
        round,
        || (fresh(), frame.clone()),
        |(client, frame)| {
            client.map(|mut client| {
                let taken = client.load(frame, NOW_MS).is_ok();
                let context = Context::new("user-1").with("country", "US");
                let on = client
                    .evaluate("feature-001", &context, NOW_MS)
                    .map(|answer| answer.exit());
                (taken, on, client)
            })
        },
    );
    Ok(())
}

fn of_flags(
    timing: &Timing,
    loading: &Timing,
    clients: &[(u32, &str, Client)],
    said: &mut Report,
) -> Result<serde_json::Value> {
    let mut table = Table::new([
        "flags",
        "bytes",
        "verify, ms",
        "load after it, ms",
        "to the first answer after it, ms",
        "one flag, ns",
        "another each time, ns",
    ]);
    let mut section = json!({});
    let one = |name: &str| timing.nanoseconds(DECIDE, name);
    let first = clients
        .first()
        .map(|(_, name, _)| one(name))
        .transpose()?
        .flatten();
    for (flags, name, client) in clients {
        let milliseconds = |what: &str| -> Result<Option<f64>> {
            let nanoseconds = loading.nanoseconds(LOAD, &format!("{name}, {what}"))?;
            Ok(nanoseconds.map(|nanoseconds| nanoseconds / 1e6))
        };
        let verify = milliseconds("verify")?;
        let after = |what: &str| -> Result<Option<f64>> {
            Ok(milliseconds(what)?
                .zip(verify)
                .map(|(whole, verify)| whole - verify))
        };
        let (load, answer) = (after("load")?, after("answer")?);
        let (decide, each) = (one(name)?, one(&format!("{name}, each"))?);
        let growth = decide.zip(first).map(|(many, few)| many / few);
        let bytes = snapshots::frame(name)?.len();
        table.row([
            count(*flags as usize),
            count(bytes),
            figure(verify),
            figure(load),
            figure(answer),
            figure(decide),
            figure(each),
        ]);
        section[*name] = json!({
            "bytes": bytes, "verifyMs": verify, "loadMs": load, "firstAnswerMs": answer,
            "ns": decide, "eachNs": each, "growth": growth,
        });
        if *flags == 10_000 {
            said.say(&budget(
                "10,000 flags load after verification, names for the first answer included",
                answer,
                LOAD_MS,
                "ms",
            ));
            said.say(&budget(
                "one flag of 10,000 against one of 10",
                growth,
                GROWTH,
                "times",
            ));
        }
        if *flags == 100_000 {
            let all = visitor(client)?
                .evaluate_all(NOW_MS)
                .filter(|answer| answer.boolean().is_some())
                .count();
            let met = if all == 100_000 { "met" } else { "not met" };
            said.say(&format!(
                "100,000 flags load and work: {} answer: {met}",
                count(all)
            ));
        }
    }
    said.table("Flags of three rules", &table);
    Ok(section)
}

fn budget(what: &str, value: Option<f64>, most: f64, unit: &str) -> String {
    let verdict = match value {
        Some(value) if value <= most => "met",
        Some(_) => "not met",
        None => "not measured",
    };
    format!("{what}: {} {unit} of {most}: {verdict}", figure(value))
}

/// One flag whose last rule decides.
fn of_rules(timing: &mut Timing, said: &mut Report) -> Result<serde_json::Value> {
    let names = RULES.map(|rules| (rules, format!("rules-{rules}")));
    for round in timing.rounds() {
        for (_, name) in &names {
            let client = snapshots::loaded(name)?;
            let visitor = visitor(&client)?;
            let on = visitor
                .evaluate("ruled", NOW_MS)
                .and_then(|answer| answer.boolean());
            if on != Some(true) {
                return Err(format!("the last rule of {name} does not decide").into());
            }
            timing.time(DECIDE, name, round, || {
                visitor.evaluate(black_box("ruled"), NOW_MS)
            });
        }
    }
    let mut table = Table::new(["rules", "ns"]);
    let mut section = json!({});
    for (rules, name) in &names {
        let nanoseconds = timing.nanoseconds(DECIDE, name)?;
        table.row([count(*rules as usize), figure(nanoseconds)]);
        section[name] = json!({ "ns": nanoseconds });
    }
    said.table("Rules of one flag, the last of which matches", &table);
    Ok(section)
}

/// A thousand members and as many others, in turn.
fn of_ids(timing: &mut Timing, said: &mut Report) -> Result<serde_json::Value> {
    for round in timing.rounds() {
        for ids in IDS {
            for kind in ["ids", "hashed-ids"] {
                ask_for_ids(timing, &format!("{kind}-{ids}"), ids, round)?;
            }
        }
    }
    let mut table = Table::new(["ids", "listed, ns", "bytes", "hashed, ns", "bytes"]);
    let mut section = json!({});
    for ids in IDS {
        let mut cells = vec![count(ids as usize)];
        for kind in ["ids", "hashed-ids"] {
            let name = format!("{kind}-{ids}");
            let nanoseconds = timing.nanoseconds(DECIDE, &name)?;
            let bytes = snapshots::frame(&name)?.len();
            cells.extend([figure(nanoseconds), count(bytes)]);
            section[&name] = json!({ "ns": nanoseconds, "bytes": bytes });
        }
        table.row(cells);
    }
    said.table(
        "A segment of identifiers, 1,000 members and 1,000 others in turn",
        &table,
    );
    Ok(section)
}

fn ask_for_ids(timing: &mut Timing, name: &str, count: u32, round: usize) -> Result<()> {
    let client = snapshots::loaded(name)?;
    let bindings = (0..2_000_u32)
        .map(|turn| {
            let number = turn / 2 * 7_919 % count;
            let is_member = turn % 2 == 0;
            let unit = if is_member {
                format!("member-{number}")
            } else {
                format!("guest-{number}")
            };
            let binding = client.bind(&Context::new(unit)).ok_or("no snapshot")?;
            let on = binding
                .evaluate("listed", NOW_MS)
                .and_then(|answer| answer.boolean());
            if on != Some(is_member) {
                return Err(format!("{name}: {on:?} for a unit that is listed: {is_member}").into());
            }
            Ok(binding)
        })
        .collect::<Result<Vec<_>>>()?;
    let mut turns = bindings.iter().cycle();
    timing.time(DECIDE, name, round, || {
        turns
            .next()
            .and_then(|binding| binding.evaluate(black_box("listed"), NOW_MS))
    });
    Ok(())
}
