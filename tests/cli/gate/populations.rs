//! Whom a change reaches.

use super::{FLAG, Shop, ignored, missing};

const FEW: &str = "policy: { rules: [{ name: few, if: { environments: [production], kinds: [increase, new] }, require: { population: { atMost: 15 } } }] }\n";

#[test]
fn populations_are_part_of_what_is_approved() {
    let all = "policy: { rules: [{ name: all, require: { approvals: 1 } }] }\n";
    let shop = Shop::with_policy(all);
    shop.raise_to("20");
    shop.approve("ben", &[]);
    shop.gate(&[]).succeeds();
    shop.repository
        .workshop
        .write("populations/few.yaml", "size: 1\n");
    let run = shop.gate(&[]);
    assert_eq!(ignored(&run), [("ben".to_owned(), "other-change".to_owned())]);
    assert!(
        run.json()["subjects"]
            .to_string()
            .contains("populations/few.yaml")
    );
    shop.repository.commit("population");
    assert_eq!(shop.gate(&[]).json()["change"], run.json()["change"]);
}

#[test]
fn a_rule_says_how_many_of_a_population_may_get_something_else() {
    let shop = Shop::with_policy(FEW);
    let workshop = &shop.repository.workshop;
    workshop.write(".keys/people.yaml", "size: 5000\nmetrics: { m: { rate: 0.5 } }\n");
    let gate = |shop: &Shop| shop.gate(&["--population", ".keys/people.yaml"]);
    shop.raise_to("20");
    assert_eq!(
        missing(&shop.gate(&[])),
        ["few: at most 15% of a population may get another variant, and no `--population` says who they are"]
    );
    assert_eq!(missing(&gate(&shop)), [""; 0]);
    shop.edit("flags/checkout.yaml", "share: 20", "share: 50");
    let told = missing(&gate(&shop));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("few: 4") || told[0].starts_with("few: 3"),
        "{told:?}"
    );
    assert!(
        told[0]
            .ends_with("% of the population get another variant of `checkout` in production, more than 15%")
    );
}

#[test]
fn a_new_flag_moves_those_to_whom_it_opens_something() {
    let shop = Shop::with_policy(FEW);
    let workshop = &shop.repository.workshop;
    let lines = (0..100).map(|number| format!("{{\"targetingKey\":\"u-{number}\"}}\n"));
    workshop.write(".keys/people.ndjson", lines.collect::<String>());
    let gate = |share: &str| {
        workshop.write(
            "flags/new.yaml",
            FLAG.replace("k3v9x2", "x2").replace("share: 10", share),
        );
        missing(&shop.gate(&["--population", ".keys/people.ndjson"]))
    };
    assert_eq!(gate("share: 0.001"), [""; 0]);
    assert_eq!(gate("share: 60").len(), 1);
    shop.gate(&["--population", "nowhere.yaml"])
        .fails(1, "nowhere.yaml");
    workshop.write(".keys/none.ndjson", "");
    shop.gate(&["--population", ".keys/none.ndjson"])
        .fails(1, "nobody-comes");
}
