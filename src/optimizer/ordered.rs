/// Moves values as little as possible, in the sense of least squares, so that none is less than
/// the one before and all are within bounds.
///
/// Values that are `fixed` stay. Between two of them, the result is the isotonic regression (pool
/// adjacent violators; Barlow, Bartholomew, Bremner and Brunk, "Statistical Inference under Order
/// Restrictions", 1972), cut to their interval, which is the projection onto both constraints at
/// once.
///
/// ```
/// use reynolds::optimizer::project_to_order;
/// let mut offsets = [0.1, 0.6, 0.4, 1.2];
/// project_to_order(&mut offsets, &[false; 4], (0.0, 1.0));
/// assert_eq!(offsets, [0.1, 0.5, 0.5, 1.0]);
/// ```
///
/// # Panics
/// If the slices differ in length. Fixed values must be in order and within the bounds.
pub fn project_to_order(values: &mut [f64], fixed: &[bool], (low, high): (f64, f64)) {
    assert_eq!(values.len(), fixed.len(), "one flag a value");
    let mut start = 0;
    let mut floor = low;
    while start < values.len() {
        let length = fixed[start..].iter().position(|&fixed| fixed);
        let end = length.map_or(values.len(), |length| start + length);
        let ceiling = values.get(end).copied().unwrap_or(high);
        project_free(&mut values[start..end], floor, ceiling);
        floor = ceiling;
        start = end + 1;
    }
}

fn project_free(values: &mut [f64], low: f64, high: f64) {
    // Blocks of equal values: their mean and how many there are.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for &value in values.iter() {
        let mut block = (value, 1);
        while let Some(&(mean, count)) = blocks.last()
            && mean > block.0
        {
            let sum = mean * count as f64 + block.0 * block.1 as f64;
            let total = count + block.1;
            block = (sum / total as f64, total);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut rest = values;
    for (mean, count) in blocks {
        let (block, after) = rest.split_at_mut(count);
        // `clamp` panics where rounding puts the bounds out of order by a hair.
        block.fill(mean.max(low).min(high));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn project(values: &[f64], fixed: &[bool]) -> Vec<f64> {
        let mut result = values.to_vec();
        project_to_order(&mut result, fixed, (0.0, 1.0));
        result
    }

    fn distance(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    #[test]
    fn fixed_values_bound_their_neighbours() {
        let fixed = [false, true, false, false, true, false];
        let result = project(&[0.9, 0.3, 0.1, 0.8, 0.6, 0.2], &fixed);
        assert_eq!(result, [0.3, 0.3, 0.3, 0.6, 0.6, 0.6]);
    }

    proptest! {
        #[test]
        fn the_result_is_in_order_and_within_bounds(values in prop::collection::vec(-1.0..2.0, 0..12)) {
            let result = project(&values, &vec![false; values.len()]);
            prop_assert!(result.is_sorted());
            prop_assert!(result.iter().all(|x| (0.0..=1.0).contains(x)));
        }

        /// A projection onto a convex set: doing it again changes nothing, and no other point of
        /// the set is nearer.
        #[test]
        fn no_ordered_values_are_nearer(
            pairs in prop::collection::vec((-1.0..2.0, 0.0..1.0), 1..10),
        ) {
            let (values, mut other): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            other.sort_by(f64::total_cmp);
            let free = vec![false; values.len()];
            let result = project(&values, &free);
            prop_assert!(distance(&values, &result) <= distance(&values, &other) + 1e-12);
            let again = project(&result, &free);
            prop_assert!(distance(&again, &result) < 1e-28);
        }

        #[test]
        fn ordered_values_stay(mut values in prop::collection::vec(0.0..1.0, 0..12)) {
            values.sort_by(f64::total_cmp);
            prop_assert_eq!(project(&values, &vec![false; values.len()]), values);
        }

        #[test]
        fn fixed_values_stay_and_all_are_in_order(
            values in prop::collection::vec((-1.0..2.0, any::<bool>()), 1..12),
        ) {
            let fixed: Vec<bool> = values.iter().map(|v| v.1).collect();
            let mut values: Vec<f64> = values.iter().map(|v| v.0).collect();
            let mut in_order: Vec<f64> = values.iter().map(|v: &f64| v.clamp(0.0, 1.0)).collect();
            in_order.sort_by(f64::total_cmp);
            for (i, &fixed) in fixed.iter().enumerate() {
                if fixed {
                    values[i] = in_order[i];
                }
            }
            let result = project(&values, &fixed);
            prop_assert!(result.is_sorted());
            for (i, &fixed) in fixed.iter().enumerate() {
                prop_assert!(!fixed || result[i] == values[i]);
            }
        }
    }
}
