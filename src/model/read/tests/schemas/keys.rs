use crate::model::read::policy::{answer, metric, source};
use crate::model::read::{
    condition, environment, experiment, flag, gate, governance, hygiene, operator, percent, policy,
    population, project, rollout, segment, serve, stage, template,
};
use crate::model::schema;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_schemas_know_the_reader_s_keys_and_no_others() {
    let comparisons: Vec<&str> = operator::COMPARISONS.iter().map(|&(name, _)| name).collect();
    for (text, pointer, keys) in [
        (schema::PROJECT, "", project::PROJECT_KEYS),
        (schema::PROJECT, "/$defs/snapshot", project::SNAPSHOT_KEYS),
        (schema::PROJECT, "/$defs/layer", project::LAYER_KEYS),
        (schema::PROJECT, "/$defs/holdout", project::HOLDOUT_KEYS),
        (schema::PROJECT, "/$defs/person", governance::PERSON_KEYS),
        (schema::PROJECT, "/$defs/policy", governance::POLICY_KEYS),
        (schema::PROJECT, "/$defs/rule", governance::RULE_KEYS),
        (schema::PROJECT, "/$defs/matching", governance::MATCHING_KEYS),
        (
            schema::PROJECT,
            "/$defs/matching/properties/step",
            governance::STEP_KEYS,
        ),
        (schema::PROJECT, "/$defs/require", governance::REQUIRE_KEYS),
        (
            schema::PROJECT,
            "/$defs/require/properties/population",
            governance::POPULATION_KEYS,
        ),
        (schema::PROJECT, "/$defs/freeze", governance::FREEZE_KEYS),
        (schema::PROJECT, "/$defs/emergency", governance::EMERGENCY_KEYS),
        (schema::PROJECT, "/$defs/lifetimes", hygiene::LIFETIMES_KEYS),
        (schema::PROJECT, "/$defs/references", hygiene::REFERENCES_KEYS),
        (schema::PROJECT, "/$defs/release", hygiene::RELEASE_KEYS),
        (schema::PROJECT, "/$defs/needFlag", hygiene::NEED_FLAG_KEYS),
        (schema::PROJECT, "/$defs/touch", hygiene::TOUCH_KEYS),
        (schema::SEGMENT, "", segment::SEGMENT_KEYS),
        (schema::SEGMENT, "/$defs/hashed", segment::HASHED_KEYS),
        (schema::POLICY, "", policy::POLICY_KEYS),
        (schema::POLICY, "/$defs/anyMethod", policy::METHOD_KEYS),
        (schema::POLICY, "/$defs/sequential", policy::SEQUENTIAL_KEYS),
        (schema::POLICY, "/$defs/groupSequential", policy::GROUP_KEYS),
        (schema::POLICY, "/$defs/checks", policy::CHECKS_KEYS),
        (schema::POLICY, "/$defs/sampleRatio", policy::SAMPLE_RATIO_KEYS),
        (schema::POLICY, "/$defs/noTraffic", policy::NO_TRAFFIC_KEYS),
        (
            schema::POLICY,
            "/$defs/multipleExposures",
            policy::MULTIPLE_EXPOSURES_KEYS,
        ),
        (schema::POLICY, "/$defs/errors", policy::ERRORS_KEYS),
        (schema::POLICY, "/$defs/source", source::DEFAULTS_KEYS),
        (schema::POLICY, "/$defs/server", source::SERVER_KEYS),
        (schema::POLICY, "/$defs/logs", source::LOGS_KEYS),
        (schema::POLICY, "/$defs/exposures", source::SOURCE_KEYS),
        (schema::POLICY, "/$defs/prometheus", source::PROMETHEUS_KEYS),
        (schema::POLICY, "/$defs/http", source::HTTP_KEYS),
        (schema::POLICY, "/$defs/log", source::LOG_KEYS),
        (schema::POLICY, "/$defs/command", answer::COMMAND_KEYS),
        (schema::POLICY, "/$defs/file", answer::FILE_KEYS),
        (schema::POLICY, "/$defs/pointers", answer::POINTER_KEYS),
        (schema::POLICY, "/$defs/metric", metric::METRIC_KEYS),
        (schema::POLICY, "/$defs/margin", metric::MARGIN_KEYS),
        (schema::POLICY, "/$defs/catastrophic", metric::CATASTROPHIC_KEYS),
        (schema::FLAG, "", flag::FLAG_KEYS),
        (schema::FLAG, "/$defs/target", flag::TARGET_KEYS),
        (schema::FLAG, "/$defs/rule", serve::RULE_KEYS),
        (schema::FLAG, "/$defs/share", serve::SHARE_KEYS),
        (schema::FLAG, "/$defs/split", serve::SPLIT_KEYS),
        (schema::FLAG, "/$defs/rollout", rollout::ROLLOUT_KEYS),
        (schema::ROLLOUT, "", template::TEMPLATE_KEYS),
        (schema::POPULATION, "", population::POPULATION_KEYS),
        (schema::POPULATION, "/$defs/attribute", population::ATTRIBUTE_KEYS),
        (schema::POPULATION, "/$defs/outcome", population::OUTCOME_KEYS),
        (schema::PARTS, "/$defs/stage", stage::STAGE_KEYS),
        (schema::PARTS, "/$defs/ramp", stage::RAMP_KEYS),
        (schema::PARTS, "/$defs/gate", gate::GATE_KEYS),
        (schema::FLAG, "/$defs/experiment", experiment::EXPERIMENT_KEYS),
        (schema::FLAG, "/$defs/environment", environment::ENVIRONMENT_KEYS),
        (
            schema::FLAG,
            "/$defs/rolloutState",
            environment::ROLLOUT_STATE_KEYS,
        ),
        (
            schema::FLAG,
            "/$defs/experimentState",
            environment::EXPERIMENT_STATE_KEYS,
        ),
        (schema::PARTS, "/$defs/range", percent::RANGE_KEYS),
        (schema::PARTS, "/$defs/inPercentage", condition::PERCENTAGE_KEYS),
        (
            schema::PARTS,
            "/$defs/inWindow/properties/window",
            condition::WINDOW_KEYS,
        ),
        (schema::PARTS, "/$defs/test", operator::TEST_KEYS),
        (schema::PARTS, "/$defs/test/properties/size/oneOf/1", &comparisons),
    ] {
        let schema: Value = serde_json::from_str(text).unwrap();
        let object = schema.pointer(pointer).unwrap();
        let known: BTreeSet<&str> = object["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(known, keys.iter().copied().collect(), "{pointer}");
        assert_eq!(object["additionalProperties"], false, "{pointer}");
    }
}

#[test]
fn every_operator_is_one_of_a_kind_in_the_schema() {
    let schema: Value = serde_json::from_str(schema::PARTS).unwrap();
    let alternatives = schema.pointer("/$defs/test/oneOf").unwrap().as_array().unwrap();
    let operators: Vec<&str> = alternatives
        .iter()
        .map(|one| one["required"][0].as_str().unwrap())
        .collect();
    assert_eq!(operators, operator::OPERATORS);
}
