//! Whatever is done to a chain is found, and named for what it is.

use super::{Files, add, entry, read, three_months};
use tidegate::delivery::audit::{Entry, Fault, FaultKind, FileName};

const OCTOBER: &str = "2026-10.jsonl";
const NOVEMBER: &str = "2026-11.jsonl";

fn faults(files: &Files) -> Vec<Fault> {
    read(files).1
}

/// Changes the lines of a file, and tells what is found.
fn after(file: &str, change: impl FnOnce(&mut Vec<String>)) -> Vec<Fault> {
    let mut files = three_months();
    edit(&mut files, file, change);
    faults(&files)
}

fn edit(files: &mut Files, file: &str, change: impl FnOnce(&mut Vec<String>)) {
    let text = files.get_mut(file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    *text = lines.iter().map(|line| format!("{line}\n")).collect();
}

/// The one fault that is found, as it is told.
fn only(faults: Vec<Fault>, kind: FaultKind, place: (&str, usize), sequence: Option<u64>) -> String {
    let [fault] = faults.as_slice() else {
        panic!("{faults:#?}")
    };
    assert_eq!(
        (fault.kind, &*fault.file, fault.line, fault.sequence),
        (kind, place.0, place.1, sequence),
        "{fault}"
    );
    fault.to_string()
}

/// The same entry with a digest that fits.
fn recomputed(line: &str, change: impl FnOnce(&mut Entry)) -> String {
    let files = Files::from([(NOVEMBER.to_owned(), format!("{line}\n"))]);
    let mut entry = read(&files).0.entries.remove(0);
    change(&mut entry);
    entry.line(entry.sequence, &entry.link.previous)
}

#[test]
fn an_edited_field_is_found() {
    let found = after(OCTOBER, |lines| {
        lines[1] = lines[1].replace("checkout", "checkin")
    });
    let told = only(found, FaultKind::Edited, (OCTOBER, 2), Some(5));
    assert!(
        told.starts_with("audit/2026-10.jsonl, line 2, entry 5: it is not what was written: its digest is "),
        "{told}"
    );
    assert!(told.contains(", expected "));
}

#[test]
fn an_edited_last_entry_is_found() {
    let found = after(NOVEMBER, |lines| {
        lines[2] = lines[2].replace("because", "whatever")
    });
    only(found, FaultKind::Edited, (NOVEMBER, 3), Some(9));
}

#[test]
fn an_edited_number_or_link_is_found_where_it_was_edited() {
    let found = after(OCTOBER, |lines| {
        lines[1] = lines[1].replace("\"seq\":5", "\"seq\":8")
    });
    only(found, FaultKind::Edited, (OCTOBER, 2), Some(5));
    let found = after(OCTOBER, |lines| {
        lines[1] = lines[1].replace("\"seq\":5", "\"seq\":18446744073709551615")
    });
    only(found, FaultKind::Edited, (OCTOBER, 2), Some(5));
    let found = after(OCTOBER, |lines| {
        lines[1] = lines[1]
            .replacen("\"prev\":\"", "\"prev\":\"0", 1)
            .replacen("0\",\"time", "\",\"time", 1)
    });
    assert_eq!((found[0].line, found[0].sequence), (2, Some(5)), "{found:#?}");
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn an_edit_with_a_digest_that_fits_is_found_by_the_entry_after_it() {
    let found = after(OCTOBER, |lines| {
        lines[1] = recomputed(&lines[1], |entry| entry.flag = Some("checkin".to_owned()));
    });
    let told = only(found, FaultKind::Edited, (OCTOBER, 2), Some(5));
    assert!(told.ends_with("as entry 6 says"), "{told}");
    // At the end of a month as well.
    let found = after(OCTOBER, |lines| {
        lines[2] = recomputed(&lines[2], |entry| entry.flag = Some("checkin".to_owned()));
    });
    only(found, FaultKind::Edited, (OCTOBER, 3), Some(6));
}

#[test]
fn reordered_entries_are_found() {
    let found = after(OCTOBER, |lines| lines.swap(0, 1));
    let told = only(found, FaultKind::Reordered, (OCTOBER, 1), Some(5));
    assert!(told.contains("it stands before entry 4"), "{told}");
}

#[test]
fn a_missing_entry_is_found_and_named() {
    let found = after(OCTOBER, |lines| drop(lines.remove(1)));
    let told = only(found, FaultKind::Missing, (OCTOBER, 2), Some(6));
    assert!(told.contains("entry 5 is missing"), "{told}");
    let found = after("2026-09.jsonl", |lines| drop(lines.drain(..2)));
    let told = only(found, FaultKind::Missing, ("2026-09.jsonl", 1), Some(3));
    assert!(told.contains("entries 1 to 2 are missing"), "{told}");
}

#[test]
fn a_missing_month_is_found_and_named() {
    let mut files = three_months();
    files.remove(OCTOBER);
    let told = only(faults(&files), FaultKind::Missing, (NOVEMBER, 1), Some(7));
    assert!(
        told.contains("entries 4 to 6 are missing: `2026-09.jsonl` ends with entry 3, `2026-11.jsonl` begins with this one"),
        "{told}"
    );
    files.remove("2026-09.jsonl");
    only(faults(&files), FaultKind::Missing, (NOVEMBER, 1), Some(7));
}

#[test]
fn a_duplicated_entry_is_found() {
    let found = after(OCTOBER, |lines| lines.insert(2, lines[1].clone()));
    let told = only(found, FaultKind::Duplicated, (OCTOBER, 3), Some(5));
    assert!(told.contains("`2026-10.jsonl`, line 2"), "{told}");
    let found = after(NOVEMBER, |lines| lines.push(lines[0].clone()));
    only(found, FaultKind::Duplicated, (NOVEMBER, 4), Some(7));
}

#[test]
fn an_inserted_entry_is_found() {
    let forged = entry("2026-10-14T12:00:00Z", "approve");
    let found = after(OCTOBER, |lines| lines.insert(1, forged.line(5, &[7; 32])));
    only(found, FaultKind::Inserted, (OCTOBER, 2), Some(5));
    // With a link that fits it is one of two that follow the same.
    let mut files = three_months();
    let fourth = read(&files).0.entry(4).unwrap().link.digest;
    edit(&mut files, OCTOBER, |lines| {
        lines.insert(1, forged.line(5, &fourth))
    });
    let told = only(faults(&files), FaultKind::Forked, (OCTOBER, 3), Some(5));
    assert!(told.contains("`2026-10.jsonl`, line 2"), "{told}");
    let found = after(NOVEMBER, |lines| lines.push(forged.line(2, &[7; 32])));
    assert_eq!(found[0].kind, FaultKind::Misfiled, "{found:#?}");
    assert_eq!((found[1].kind, found[1].line), (FaultKind::Inserted, 4));
}

#[test]
fn a_time_that_goes_back_is_found() {
    let mut files = three_months();
    add(&mut files, &entry("2026-11-29T12:00:00Z", "kill"));
    let told = only(faults(&files), FaultKind::TimeWentBack, (NOVEMBER, 4), Some(10));
    assert!(told.contains("2026-11-30T12:00:00Z"), "{told}");
}

#[test]
fn a_file_with_the_name_of_another_month_is_found() {
    let mut files = three_months();
    let october = files.remove(OCTOBER).unwrap();
    files.insert("2026-12.jsonl".to_owned(), october);
    let found = faults(&files);
    let misfiled = found
        .iter()
        .find(|fault| fault.kind == FaultKind::Misfiled)
        .unwrap();
    assert_eq!((&*misfiled.file, misfiled.line), ("2026-12.jsonl", 1));
    assert!(
        misfiled.message.contains("expected in `2026-10.jsonl`"),
        "{misfiled}"
    );
    let mut files = three_months();
    let november = files.remove(NOVEMBER).unwrap();
    files.insert("2027-01.jsonl".to_owned(), november);
    only(faults(&files), FaultKind::Misfiled, ("2027-01.jsonl", 1), Some(7));
}

#[test]
fn a_file_that_is_not_named_for_a_month_is_found() {
    let mut files = three_months();
    files.insert("2026-11-copy.jsonl".to_owned(), String::new());
    only(
        faults(&files),
        FaultKind::FileName,
        ("2026-11-copy.jsonl", 0),
        None,
    );
}

#[test]
fn bytes_behind_the_last_newline_are_found() {
    for rest in ["{\"seq\":10,\"prev\":\"", "\0\0\0\0", " "] {
        let mut files = three_months();
        files.get_mut(NOVEMBER).unwrap().push_str(rest);
        only(faults(&files), FaultKind::Torn, (NOVEMBER, 4), None);
    }
    // A whole entry that lacks its newline counts.
    let mut files = three_months();
    files.get_mut(NOVEMBER).unwrap().pop();
    let (chain, found) = read(&files);
    assert_eq!(chain.entries.len(), 9);
    only(found, FaultKind::Torn, (NOVEMBER, 3), None);
}

#[test]
fn a_line_that_is_no_entry_is_found() {
    for line in [
        "",
        "{}",
        "[]",
        "null",
        "{\"seq\":1}",
        "nonsense",
        "{\"seq\":\"5\"}",
    ] {
        let found = after(OCTOBER, |lines| lines[1] = line.to_owned());
        only(found, FaultKind::Unreadable, (OCTOBER, 2), Some(5));
        let found = after(OCTOBER, |lines| lines.insert(1, line.to_owned()));
        only(found, FaultKind::Unreadable, (OCTOBER, 2), None);
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let found = after(OCTOBER, |lines| lines[1] = deep);
    only(found, FaultKind::Unreadable, (OCTOBER, 2), Some(5));
}

#[test]
fn bytes_that_are_no_text_are_found() {
    let text = three_months().remove("2026-09.jsonl").unwrap();
    let bytes = [text.as_bytes(), b"\xff\xfe\n"].concat();
    let (_, found) = tidegate::delivery::audit::Chain::read(&[("2026-09.jsonl", bytes)]);
    let told = only(found, FaultKind::Unreadable, ("2026-09.jsonl", 4), None);
    assert!(told.contains("UTF-8"), "{told}");
}

#[test]
fn marks_of_a_merge_are_found() {
    let mut files = three_months();
    let tip = read(&files).0.tip().unwrap();
    let [ours, theirs] =
        ["pause", "promote"].map(|action| entry("2026-11-30T13:00:00Z", action).line(10, &tip.digest));
    edit(&mut files, NOVEMBER, |lines| {
        let conflict = [
            "<<<<<<< HEAD",
            &ours,
            "||||||| base",
            "=======",
            &theirs,
            ">>>>>>> branch",
        ];
        lines.extend(conflict.map(str::to_owned));
    });
    only(faults(&files), FaultKind::Conflict, (NOVEMBER, 4), None);
}

#[test]
fn two_merged_branches_are_found() {
    let mut files = three_months();
    let [ours, theirs] = ["pause", "kill"].map(|action| {
        let mut side = three_months();
        add(&mut side, &entry("2026-11-30T13:00:00Z", action));
        add(&mut side, &entry("2026-11-30T14:00:00Z", "resume"));
        side.remove(NOVEMBER)
            .unwrap()
            .lines()
            .skip(3)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    edit(&mut files, NOVEMBER, |lines| {
        lines.extend(ours.into_iter().chain(theirs))
    });
    only(faults(&files), FaultKind::Forked, (NOVEMBER, 6), Some(10));
    assert_eq!(read(&files).0.entries.len(), 13);
}

#[test]
fn carriage_returns_of_git_are_named() {
    let mut files = three_months();
    let october = files.get_mut(OCTOBER).unwrap();
    *october = october.replace('\n', "\r\n");
    let found = faults(&files);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(
        found
            .iter()
            .all(|fault| fault.kind == FaultKind::Edited && fault.message.contains("autocrlf"))
    );
}

#[test]
fn a_byte_order_mark_of_an_editor_is_named() {
    let mut files = three_months();
    files.get_mut(OCTOBER).unwrap().insert(0, '\u{feff}');
    let found = faults(&files);
    assert_eq!(found[0].kind, FaultKind::Unreadable, "{found:#?}");
    assert!(found[0].message.contains("byte order mark"), "{found:#?}");
}

/// Every single bit of a chain counts but those behind its last entry.
#[test]
fn every_changed_byte_is_found() {
    let files = three_months();
    let whole = files[OCTOBER].clone();
    for at in 0..whole.len() {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] ^= 1;
        let mut files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        files[1].1 = &bytes;
        let (_, found) = tidegate::delivery::audit::Chain::read(&files);
        assert!(!found.is_empty(), "byte {at}");
        assert!(
            found.iter().any(|fault| &*fault.file == OCTOBER),
            "byte {at}: {found:?}"
        );
    }
}

#[test]
fn an_entry_says_what_it_was_before_a_merge() {
    let mut files = three_months();
    let restated = read(&files).0.entry(9).unwrap().restated().unwrap();
    assert_eq!(FileName::of(restated.time_ms).to_string(), NOVEMBER);
    add(&mut files, &restated);
    assert_eq!(faults(&files), []);
    let again = read(&files).0.entry(10).unwrap().restated().unwrap();
    add(&mut files, &again);
    assert_eq!(faults(&files), []);
    assert_eq!(read(&files).0.entry(11).unwrap().digests().len(), 3);
    let mut lying = again.clone();
    lying.flag = Some("checkin".to_owned());
    add(&mut files, &lying);
    only(faults(&files), FaultKind::Restated, (NOVEMBER, 6), Some(12));
}
