//! Inputs of the operations: equal in every process, and never zero.

use candle_core::{Device, Result, Shape, Tensor, WithDType};

/// Uniform numbers in (-1, 1) by SplitMix64 (Steele, Lea and Flood 2014). Candle's own generator takes no
/// seed on the CPU.
pub struct Inputs {
    state: u64,
}

impl Inputs {
    /// Equal seeds give equal inputs.
    pub fn new(seed: u64) -> Self {
        Inputs { state: seed }
    }

    /// A tensor of fresh numbers on the CPU, rounded to `T`.
    pub fn tensor<T: WithDType>(&mut self, shape: impl Into<Shape>) -> Result<Tensor> {
        let shape = shape.into();
        let numbers: Vec<f32> = (0..shape.elem_count()).map(|_| self.number()).collect();
        Tensor::from_vec(numbers, shape, &Device::Cpu)?.to_dtype(T::DTYPE)
    }

    /// An odd multiple of 2^-23: exact in f32, as likely positive as negative, never zero.
    fn number(&mut self) -> f32 {
        let odd = 2 * (self.next() >> 41) + 1;
        odd as f32 / (1 << 23) as f32 - 1.0
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        let mut inputs = Inputs::new(0);
        assert_eq!([inputs.next(), inputs.next()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }

    #[test]
    fn numbers_are_uniform_in_range_and_never_zero() {
        let mut inputs = Inputs::new(1);
        let numbers: Vec<f32> = (0..100_000).map(|_| inputs.number()).collect();
        assert!(numbers.iter().all(|x| -1.0 < *x && *x < 1.0 && *x != 0.0));
        let moment = |power| numbers.iter().map(|x| f64::from(*x).powi(power)).sum::<f64>() / 1e5;
        // Five standard errors of the mean and of the mean square of that many uniform numbers.
        assert!(moment(1).abs() < 0.0092, "mean {}", moment(1));
        assert!((moment(2) - 1.0 / 3.0).abs() < 0.0048, "mean square {}", moment(2));
    }

    #[test]
    fn equal_seeds_give_equal_tensors_and_the_next_one_differs() -> Result<()> {
        let numbers = |inputs: &mut Inputs| inputs.tensor::<half::bf16>((3, 5))?.to_vec2::<half::bf16>();
        let mut inputs = Inputs::new(7);
        let first = numbers(&mut inputs)?;
        assert_eq!(first, numbers(&mut Inputs::new(7))?);
        assert_ne!(first, numbers(&mut inputs)?);
        Ok(())
    }
}
