use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Below this nothing is spent: the tail could not be told from rounding.
const LEAST_SPENT: f64 = 1e-13;

/// All that is left out of a sum is far less than what is spent at least.
const LEAST_MASS: f64 = 1e-18;

/// Where a test statistic with independent increments is, given that it crossed no bound yet.
///
/// The recursive integration of Armitage, McPherson and Rowe, on the grid of Jennison and Turnbull.
#[derive(Debug, Clone)]
pub(super) struct Boundary {
    normal: Normal,
    fineness: u32,
    information: f64,
    /// Standardised values, and the probability at each.
    masses: Vec<(f64, f64)>,
}

impl Boundary {
    /// At no information the statistic is 0; `fineness` is Jennison and Turnbull's `r`.
    pub(super) fn new(fineness: u32) -> Self {
        Self {
            normal: Normal::standard(),
            fineness,
            information: 0.0,
            masses: vec![(0.0, 1.0)],
        }
    }

    /// The bound that is crossed with a probability, at a look with more information than the one before; then the statistic
    /// that did not cross goes on. `None` where the probability is next to nothing: then this was no look.
    pub(super) fn next(&mut self, information: f64, probability: f64) -> Option<f64> {
        if probability < LEAST_SPENT {
            return None;
        }
        let bound = self.crossed_with(information, probability);
        self.masses = grid(self.fineness, bound)
            .into_iter()
            .map(|(z, weight)| (z, weight * self.density(information, z)))
            .filter(|(_, mass)| *mass > LEAST_MASS)
            .collect();
        self.information = information;
        Some(bound)
    }

    /// Newton's method, kept between the bounds that were crossed with more and with less.
    fn crossed_with(&self, information: f64, probability: f64) -> f64 {
        let (mut low, mut high) = (-10.0, 10.0);
        let mut bound: f64 = 2.0;
        for _ in 0..100 {
            let excess = self.crossing(information, bound) - probability;
            if excess > 0.0 {
                low = bound;
            } else {
                high = bound;
            }
            let next = bound + excess / self.density(information, bound);
            let next = if next > low && next < high {
                next
            } else {
                0.5 * (low + high)
            };
            if (next - bound).abs() < 1e-10 {
                return next;
            }
            bound = next;
        }
        high
    }

    fn crossing(&self, information: f64, bound: f64) -> f64 {
        let deviation = (information - self.information).sqrt();
        self.masses
            .iter()
            .map(|(z, mass)| mass * self.normal.sf(self.step(information, bound, *z) / deviation))
            .sum()
    }

    fn density(&self, information: f64, z: f64) -> f64 {
        let deviation = (information - self.information).sqrt();
        let scale = information.sqrt() / deviation;
        self.masses
            .iter()
            .map(|(from, mass)| mass * scale * self.normal.pdf(self.step(information, z, *from) / deviation))
            .sum()
    }

    /// From one standardised value to the next, on the scale of the sum.
    fn step(&self, information: f64, to: f64, from: f64) -> f64 {
        to * information.sqrt() - from * self.information.sqrt()
    }
}

/// Standardised values up to a bound with the weights of Simpson's rule: dense in the middle, sparse in the tails.
fn grid(fineness: u32, bound: f64) -> Vec<(f64, f64)> {
    let r = f64::from(fineness);
    let knots = (1..6 * fineness).map(|index| {
        let i = f64::from(index);
        if index < fineness {
            -3.0 - 4.0 * (r / i).ln()
        } else if index <= 5 * fineness {
            -3.0 + 3.0 * (i - r) / (2.0 * r)
        } else {
            3.0 + 4.0 * (r / (6.0 * r - i)).ln()
        }
    });
    let mut knots: Vec<f64> = knots.filter(|z| *z < bound).collect();
    knots.push(bound);
    let mut points = Vec::with_capacity(2 * knots.len());
    let mut left_sixth = 0.0;
    for pair in knots.windows(2) {
        if let [from, to] = pair {
            let sixth = (to - from) / 6.0;
            points.push((*from, left_sixth + sixth));
            points.push((0.5 * (from + to), 4.0 * sixth));
            left_sixth = sixth;
        }
    }
    points.push((bound, left_sixth));
    points
}
