//! Rules that nobody can meet.

use super::Shop;

#[test]
fn a_policy_that_can_never_be_met_is_told_by_lint_and_holds_everything() {
    let never = "policy: { rules: [{ name: never, require: { teams: { release: 3 } } }] }\n";
    let shop = Shop::with_policy(never);
    let workshop = &shop.repository.workshop;
    workshop
        .run(&["lint"])
        .fails(1, "unmeetable-rule")
        .fails(1, "the rule `never` can never be met");
    // Nor does it come in with what it is to hold: a project with errors is not judged.
    shop.edit("flags/checkout.yaml", "share: 10", "share: 20");
    shop.gate(&[]).fails(1, "unmeetable-rule");
    // What was before is in force, also where it cannot be met, until somebody who writes past the gate mends it: not an
    // error of the files that are here, and no other flags than those that differ.
    shop.edit("tidegate.yaml", "release: 3", "release: 2");
    shop.repository.commit("mend");
    let run = shop.gate(&[]);
    assert_eq!(
        super::missing(&run),
        ["never: 0 of 3 approvals of team release: 3 more of ben or cho"]
    );
    let plan = workshop.run(&["plan", "--json", "--against", "main", "--count", "100"]);
    assert_eq!(plan.code, 2, "{plan:?}");
    let subjects = run.json()["subjects"].as_array().unwrap().clone();
    assert_eq!(subjects.len(), 3, "{subjects:?}");
}
