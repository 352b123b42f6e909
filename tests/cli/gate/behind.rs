//! A branch that lacks what came into its base since: what is judged of it is not what would go in.

use super::{INCREASES, NOW, Shop, in_folder, missing};
use crate::repository::Repository;
use crate::workshop::Run;
use serde_json::Value;

/// Everything that opens more in production needs somebody else.
const POLICY: &str = "policy:\n  rules:\n    - name: increases\n      if: { environments: [production], kinds: [increase, new, targeting] }\n      require: { approvals: 1 }\n  emergency: {}\n";

/// A flag that is off in production; both sides of a merge change other lines of it.
const CLOSED: &str = "description: d\nowner: o\ntype: release\nrisk: high\nsalt: k3v9x2\n\
    default: { rollout: { to: on, share: 1 } }\n# Where it stands.\n# Staging comes first.\n# Production follows.\n\
    environments:\n  staging: {}\n  production: { enabled: false }\n";

/// Somebody else does something on `main`, and the change knows nothing of it.
fn meanwhile(shop: &Shop, does: impl FnOnce()) {
    let repository = &shop.repository;
    repository.git(&["switch", "--quiet", "main"]);
    does();
    repository.commit("meanwhile");
    repository.git(&["switch", "--quiet", "change"]);
}

fn plan(shop: &Shop, more: &[&str]) -> Run {
    let arguments = ["plan", "--against", "main", "--count", "100", "--now", NOW];
    shop.repository.workshop.run(&[&arguments, more].concat())
}

#[test]
fn a_branch_behind_its_base_does_not_let_more_in_than_is_judged() {
    let shop = Shop::with_policy(POLICY);
    let repository = &shop.repository;
    repository.git(&["switch", "--quiet", "main"]);
    repository.workshop.write("flags/checkout.yaml", CLOSED);
    repository.commit("closed");
    repository.git(&["switch", "--quiet", "--force-create", "change"]);
    // While it is off, more is no increase.
    shop.edit("flags/checkout.yaml", "share: 1 ", "share: 100 ");
    repository.commit("prepare");
    assert_eq!(missing(&shop.gate(&[])), [""; 0]);
    // Others agree to 1% in production. Of the branch as it is, that is taken back, and nobody needs to agree to that.
    meanwhile(&shop, || {
        shop.edit("flags/checkout.yaml", "enabled: false", "enabled: true");
    });
    let run = shop.gate(&[]);
    assert_eq!(missing(&run), [""; 0], "nothing but the base would hold it");
    assert_eq!(run.code, 1, "{run:?}");
    let behind = &run.json()["behind"];
    assert_eq!(
        (&behind["code"], &behind["commits"]),
        (&"behind-base".into(), &1.into())
    );
    // What would go in is an increase to 100%.
    repository.git(&["merge", "--quiet", "--no-edit", "main"]);
    let run = shop.gate(&[]);
    assert_eq!(run.json()["behind"], Value::Null);
    assert_eq!(
        missing(&run),
        ["increases: 0 of 1 approvals: one more of ben or cho, not by ana, who wrote it"]
    );
}

#[test]
fn a_branch_behind_its_base_is_told_so_by_plan_gate_and_approve() {
    let shop = Shop::with_policy(INCREASES);
    let workshop = &shop.repository.workshop;
    shop.raise_to("20");
    for n in 0..2 {
        meanwhile(&shop, || {
            workshop.write(
                &format!("flags/other{n}.yaml"),
                super::FLAG.replace("k3v9x2", "x2"),
            );
        });
    }
    let said = "`main` has 2 commits that are not here: merge first";
    let json = plan(&shop, &["--json"]).fails(2, "\"behind-base\"");
    assert_eq!(json.json()["behind"]["message"], said);
    plan(&shop, &[]).fails(2, said).fails(2, "`git merge main`");
    let comment = |run: Run| {
        let text = run.out.replace("&#96;", "`").replace("&#58;", ":");
        assert!(text.contains(said), "{text}");
    };
    comment(plan(&shop, &["--markdown"]));
    let gate = |form: &[&str]| workshop.run(&[&["gate", "--against", "main", "--now", NOW], form].concat());
    comment(gate(&["--markdown"]));
    assert!(gate(&[]).out.contains(said));
    // Whoever agreed now would agree to something else than what goes in.
    assert_eq!(shop.gate(&[]).json()["agree"], Value::Null);
    let approve = shop
        .try_to_approve("ben", ".keys/ben/tidegate.key", &[])
        .fails(0, "behind-base");
    assert_eq!(approve.json()["behind"]["commits"], 2);
    let check = workshop.run(&["check-release", "--against", "main", "--now", NOW]);
    assert!(check.out.contains(said), "{check:?}");
    // The approval was of what others did, taken back.
    shop.repository.commit("approve");
    shop.repository.git(&["merge", "--quiet", "--no-edit", "main"]);
    let run = shop.gate(&[]);
    assert_eq!(
        (missing(&run).len(), super::ignored(&run).len()),
        (2, 1),
        "{run:?}"
    );
    assert!(run.json()["agree"].is_string());
    assert_eq!(plan(&shop, &["--json"]).json()["behind"], Value::Null);
}

#[test]
fn a_project_that_both_sides_began_is_behind() {
    let repository = Repository::new();
    repository.write("README.md", "1");
    repository.commit("before both");
    repository.git(&["branch", "change"]);
    for (branch, share) in [("main", "10"), ("change", "20")] {
        repository.git(&["switch", "--quiet", branch]);
        let settings = "project: shop\nenvironments: [production, staging]\n";
        repository.write("shop/tidegate.yaml", settings);
        let flag = super::FLAG.replace("share: 10", &format!("share: {share}"));
        repository.write("shop/flags/checkout.yaml", flag);
        repository.commit("begin");
    }
    let shop = Shop { repository };
    let run = super::against(&shop, "main", &["--project", "shop"]).succeeds();
    assert_eq!(run.json()["behind"]["commits"], 1);
}

#[test]
fn without_a_policy_a_branch_behind_its_base_is_let_in_and_told() {
    let shop = Shop::with_policy("");
    shop.raise_to("20");
    meanwhile(&shop, || {
        shop.repository
            .workshop
            .write("flags/other.yaml", super::FLAG.replace("k3v9x2", "x2"));
    });
    let run = shop.gate(&[]).succeeds();
    assert_eq!(run.json()["behind"]["commits"], 1);
    let run = shop
        .repository
        .workshop
        .run(&["gate", "--against", "main", "--markdown"]);
    assert!(run.succeeds().out.contains("1 commit that is not here"));
}

#[test]
fn what_others_did_beside_the_project_holds_nobody_up() {
    let shop = in_folder();
    let workshop = &shop.repository.workshop;
    shop.edit("shop/flags/checkout.yaml", "share: 10", "share: 14");
    shop.repository.commit("raise");
    meanwhile(&shop, || {
        workshop.write("code.js", "1");
        workshop.write("shop/README.md", "1");
        workshop.write("shop/audit/README.md", "1");
    });
    let gate = || super::against(&shop, "main", &["--project", "shop"]);
    assert_eq!(gate().succeeds().json()["behind"], Value::Null);
    // Nor does what they took back themselves.
    for share in ["share: 12", "share: 10"] {
        meanwhile(&shop, || {
            workshop.write(
                "shop/flags/checkout.yaml",
                super::FLAG.replace("share: 10", share),
            );
        });
        assert_eq!(gate().json()["behind"] == Value::Null, share == "share: 10");
    }
    meanwhile(&shop, || {
        workshop.write("shop/populations/all.yaml", "attributes: {}\n")
    });
    assert_eq!(gate().json()["behind"]["commits"], 4);
}

#[test]
fn a_branch_that_has_nothing_in_common_with_its_base_is_behind() {
    let shop = Shop::with_policy(INCREASES);
    let repository = &shop.repository;
    repository.git(&["switch", "--quiet", "--orphan", "alone"]);
    repository.git(&["checkout", "main", "--", "."]);
    // Nothing is committed yet.
    let run = plan(&shop, &["--json"]).fails(0, "behind-base");
    assert_eq!(run.json()["behind"]["commits"], 1);
    shop.gate(&[]).fails(1, "no-commits");
    repository.commit("alone");
    let run = shop.gate(&[]);
    assert_eq!((run.code, &run.json()["behind"]["commits"]), (1, &1.into()));
}

#[test]
fn where_the_history_is_cut_off_nobody_can_tell_what_is_taken_back() {
    let shop = Shop::with_policy("policy: { rules: [{ name: all, require: { teams: { release: 1 } } }] }\n");
    let repository = &shop.repository;
    repository.workshop.write("README.md", "1");
    repository.commit("read me");
    let shallow = shop.shallow();
    let run = super::against(&shallow, "base", &[]);
    assert_eq!(run.json()["behind"]["commits"], Value::Null);
    assert!(
        run.json()["behind"]["help"]
            .as_str()
            .unwrap()
            .contains("--unshallow"),
        "{run:?}"
    );
    assert_eq!(run.code, 1);
    shallow.deepen(&shop);
    super::against(&shallow, "base", &[]).succeeds();
}

#[test]
fn whoever_merges_the_base_and_writes_nothing_is_no_author() {
    let shop = Shop::with_policy(INCREASES);
    let repository = &shop.repository;
    shop.raise_to("20");
    let merge = || {
        let machine = [
            "-c",
            "user.name=tidegate",
            "-c",
            "user.email=tidegate@example.com",
        ];
        repository.git(&[&machine[..], &["merge", "--quiet", "--no-edit", "main"]].concat());
        assert_eq!(repository.git(&["log", "-1", "--format=%an"]), "tidegate\n");
    };
    let strangers = |more: &[&str]| {
        let run = shop.gate(more);
        assert_eq!(run.json()["authors"], serde_json::json!(["ana"]));
        let unknown = missing(&run)
            .iter()
            .any(|missing| missing.contains("nobody can tell who else agrees"));
        (
            super::super::workshop::texts(&run.json()["strangers"]).join(""),
            unknown,
        )
    };
    meanwhile(&shop, || {
        repository
            .workshop
            .write("flags/other.yaml", super::FLAG.replace("k3v9x2", "x2"));
    });
    merge();
    assert_eq!(strangers(&[]), (String::new(), false));
    // A file that is woven of both sides is neither's, and whoever merges may have written what they like.
    meanwhile(&shop, || {
        shop.edit("flags/checkout.yaml", "risk: high", "risk: high\n# m");
    });
    merge();
    let machine = "tidegate <tidegate@example.com>".to_owned();
    assert_eq!(strangers(&[]), (machine, true));
    assert!(!strangers(&["--author", "ana"]).1);
}
