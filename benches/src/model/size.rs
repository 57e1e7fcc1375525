//! Sizes of models, as in the reference report.

use candle_transformers::models::llama2_c::Config;

/// A size of model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 128 wide, 2 layers: 461,440 parameters.
    Small,
    /// 256 wide, 4 layers: 3,426,560 parameters.
    Medium,
}

impl Size {
    /// Every size, smallest first.
    pub const ALL: [Size; 2] = [Size::Small, Size::Medium];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Size::Small => "Small",
            Size::Medium => "Medium",
        }
    }

    /// Its shape. Heads have size 32, with as many for keys and values as for queries. Sequences have up to
    /// 256 tokens.
    pub fn config(self) -> Config {
        let (dim, hidden_dim, n_layers, n_heads, vocab_size) = match self {
            Size::Small => (128, 344, 2, 4, 256),
            Size::Medium => (256, 688, 4, 8, 512),
        };
        Config {
            dim,
            hidden_dim,
            n_layers,
            n_heads,
            n_kv_heads: n_heads,
            vocab_size,
            seq_len: 256,
            norm_eps: 1e-5,
        }
    }
}
