//! What else the machine does: how many programs want to run, and what a hypervisor takes away.

/// The load at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Programs that ran or wanted to, averaged over a minute.
    pub average: f64,
    /// Processor time that was used since the start of the system, all CPUs together, ticks.
    busy: u64,
    /// Processor time that was wanted, and that the hypervisor gave to other machines, ticks.
    stolen: u64,
}

impl Load {
    /// The present load. `None` where the system does not tell.
    pub fn now() -> Option<Load> {
        let read = |file: &str| std::fs::read_to_string(file).ok();
        Load::parse(&read("/proc/loadavg")?, &read("/proc/stat")?)
    }

    /// Of the processor time that was wanted since `start`, the share that the hypervisor gave to other machines.
    pub fn stolen_since(&self, start: &Load) -> f64 {
        let stolen = self.stolen.saturating_sub(start.stolen) as f64;
        let busy = self.busy.saturating_sub(start.busy) as f64;
        if stolen > 0.0 { stolen / (stolen + busy) } else { 0.0 }
    }

    /// The first line of `stat` has ticks of user, nice, system, idle, iowait, irq, softirq and steal, which is missing in
    /// old kernels (proc_stat(5)).
    fn parse(loadavg: &str, stat: &str) -> Option<Load> {
        let average = loadavg.split_whitespace().next()?.parse().ok()?;
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        let [user, nice, system, _, _, irq, softirq, ..] = ticks[..] else { return None };
        let stolen = ticks.get(7).copied().unwrap_or_default();
        Some(Load { average, busy: user + nice + system + irq + softirq, stolen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_and_steal_are_read() {
        let at = |stat: &str| Load::parse("1.25 0.82 0.54 3/104 16978\n", stat).expect("is known");
        let start = at("cpu  100 10 50 900 7 1 2 20 0 0\ncpu0 50 5 25 450 3 1 1 10 0 0\n");
        assert_eq!(start, Load { average: 1.25, busy: 163, stolen: 20 });
        let end = at("cpu  160 10 68 990 9 1 4 40 0 0\n");
        assert!((end.stolen_since(&start) - 0.2).abs() < 1e-12);
        assert_eq!(start.stolen_since(&start), 0.0);
        assert_eq!(at("cpu  160 10 68 990 9 1 4\n").stolen, 0);
    }

    #[test]
    fn garbage_is_not_known() {
        assert_eq!(Load::parse("", "cpu  1 2 3 4 5 6 7 8\n"), None);
        assert_eq!(Load::parse("0.1 0.1 0.1", "cpu  1 2 x 4 5 6 7 8\n"), None);
        assert_eq!(Load::parse("0.1 0.1 0.1", "cpu  1 2 3\n"), None);
    }
}
