mod comparison;
mod false_alarms;
mod group;
mod sample_ratio;
mod sequence;
mod sums;
#[path = "../../bench/statistics/trial.rs"]
mod trial;

use tidegate::delivery::stats::{Alpha, Moments, Stratum, Sums};

fn alpha(share: f64) -> Alpha {
    Alpha::new(share).unwrap()
}

fn moments(sum: f64, squares: f64) -> Moments {
    Moments { sum, squares }
}

/// Units and events of the treatment and the control.
fn stratum(treatment: (f64, f64), control: (f64, f64)) -> Stratum {
    Stratum {
        treatment: Sums::proportion(treatment.0, treatment.1).unwrap(),
        control: Sums::proportion(control.0, control.1).unwrap(),
    }
}
