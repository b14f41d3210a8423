//! Trials of schedules on a run, and what is learnt of them.

use super::*;
use crate::sim::choice::Trial;

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn trials_change_no_bit_and_drop_who_does() {
    let gpu = gpu();
    // A run without trials, and with them in its midst.
    let mut plain = engine(&gpu, None);
    let expected = plain.run(300, &mut |_| ()).unwrap();
    for spoiled in [None, Some(Schedule::Resident)] {
        let mut engine = engine(&gpu, None);
        engine.spoiled = spoiled;
        assert!(engine.budget(u32::MAX).is_none(), "nothing is known of how long a step takes");
        let mut found = engine.run(100, &mut |_| ()).unwrap();
        let mut recording = engine.plan.outline(100, 200).unwrap();
        let mut done = Vec::new();
        let hour = Duration::from_secs(3600);
        engine.try_schedules(300, hour, &mut recording, &mut |steps| done.push(steps)).unwrap();
        assert_eq!(
            (done.as_slice(), engine.step()),
            ([128, 200].as_slice(), 300),
            "64 windows of 2 steps, and the rest"
        );
        let chosen = engine.chosen().clone();
        let names: Vec<_> = chosen.trials.iter().map(|trial| trial.schedule.split(':').next().unwrap()).collect();
        assert_eq!(names[0], "direct");
        assert!(names.contains(&"resident") && names.contains(&"windowed"), "{names:?}");
        for trial in &chosen.trials {
            assert!(trial.ns_per_step.is_some_and(|ns| ns > 0.0), "{trial:?}");
            let wrong = spoiled.is_some() && trial.schedule.starts_with("resident");
            assert_eq!(trial.dropped.as_deref(), wrong.then_some("it leaves other bits"));
        }
        assert_eq!(chosen.schedule, engine.tuning.name());
        assert_eq!(chosen.because, format!("it is the fastest of {} that were tried", names.len()));
        let warnings: Vec<_> = engine.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings.len(),
            usize::from(spoiled.is_some()) * names.iter().filter(|name| **name == "resident").count()
        );
        if let Some(warning) = warnings.first() {
            assert!(warning.contains("it leaves other bits than `direct:256`, and is not used"), "{warning}");
            assert!(!chosen.schedule.starts_with("resident"));
        }
        found.append(recording).unwrap();
        assert_eq!(found.populations, expected.populations, "{spoiled:?}");
        assert_eq!(engine.state().unwrap(), plain.state().unwrap());
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_run_does_all_its_steps_where_trials_do_not_pay_after_all() {
    let gpu = gpu();
    let plain = engine(&gpu, None).run(1000, &mut |_| ()).unwrap();
    let hour = Some(Duration::from_secs(3600));
    // Asked for while two submissions are under way, in turn; when they are done, trials do not pay after all, or are made.
    for then in [None, hour] {
        let mut engine = engine(&gpu, None);
        engine.budgets.replace([None, None, hour, hour, then].into());
        let found = engine.run(1000, &mut |_| ()).unwrap();
        assert_eq!((engine.step(), &found.populations), (1000, &plain.populations));
        assert_eq!(engine.chosen().trials.is_empty(), then.is_none());
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_cannot_be_kept_is_told() {
    let gpu = gpu();
    let file = tempfile::NamedTempFile::new().unwrap();
    let plan = Arc::new(
        Plan::lower(&network(), &LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() }).unwrap(),
    );
    let options = EngineOptions { learnt: Some(file.path().to_owned()), ..EngineOptions::default() };
    let mut engine = Engine::new(&gpu, plan.clone(), &options).unwrap();
    engine.budgets.replace(
        [None, None, Some(Duration::from_secs(3600)), Some(Duration::from_secs(3600)), Some(Duration::from_secs(3600))]
            .into(),
    );
    assert_eq!(engine.run(100, &mut |_| ()).unwrap().steps, 100);
    let warnings: Vec<_> = engine.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let begins = format!("what was learnt of schedules: cannot write {}", file.path().display());
    assert!(
        warnings[0].starts_with(&begins)
            && warnings[0].ends_with("; the next run tries again; `--learn` names another folder, or none"),
        "{}",
        warnings[0]
    );
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_was_learnt_but_fits_no_more_is_forgotten() {
    let gpu = gpu();
    let folder = tempfile::tempdir().unwrap();
    let plan = Arc::new(
        Plan::lower(&network(), &LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() }).unwrap(),
    );
    let options = EngineOptions { learnt: Some(folder.path().to_owned()), ..EngineOptions::default() };
    let mut engine = Engine::new(&gpu, plan.clone(), &options).unwrap();
    let usual = engine.chosen().schedule.clone();
    let mut recording = plan.outline(0, 10).unwrap();
    engine.try_schedules(10, Duration::from_secs(3600), &mut recording, &mut |_| ()).unwrap();
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let learn = |schedule: &str| {
        let chosen = Chosen { schedule: schedule.to_owned(), ..engine.chosen().clone() };
        std::fs::write(&file, serde_json::to_vec(&chosen).unwrap()).unwrap();
        Engine::new(&gpu, plan.clone(), &options).unwrap().chosen().clone()
    };
    let known = learn(&usual);
    assert_eq!(
        (known.schedule.as_str(), known.because.as_str()),
        (usual.as_str(), "an earlier run found it to be the fastest")
    );
    for wrong in ["direct:1000000", "direct:many", "direct", "another:64"] {
        assert_eq!(learn(wrong).because, "it is usual here", "{wrong}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_was_learnt_is_used_by_the_next_run_of_such_a_network() {
    let gpu = gpu();
    let folder = tempfile::tempdir().unwrap();
    let lower = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Arc::new(Plan::lower(&network(), &lower).unwrap());
    let learnt = Some(folder.path().join("a new folder"));
    let options = EngineOptions { learnt, windows_per_submission: Some(64), ..EngineOptions::default() };
    let start = |options: &EngineOptions| Engine::new(&gpu, plan.clone(), options).unwrap();
    let mut engine = start(&options);
    assert_eq!(engine.chosen().because, "it is usual here");
    engine.run(100, &mut |_| ()).unwrap();
    let mut recording = plan.outline(100, 200).unwrap();
    engine.try_schedules(300, Duration::from_secs(3600), &mut recording, &mut |_| ()).unwrap();
    let again = start(&options);
    assert_eq!(again.chosen().because, "an earlier run found it to be the fastest");
    assert_eq!(again.chosen().schedule, engine.chosen().schedule);
    assert_eq!(again.chosen().trials, engine.chosen().trials);
    let asked = start(&EngineOptions { schedule: Some(Schedule::Windowed), ..options.clone() });
    assert_eq!((asked.chosen().because.as_str(), asked.chosen().trials.len()), ("it was asked for", 0));
    // What cannot be read, or says nothing, is as if it were not there.
    for file in std::fs::read_dir(folder.path().join("a new folder")).unwrap() {
        std::fs::write(file.unwrap().path(), "{\"schedule\": 5}").unwrap();
    }
    assert_eq!(start(&options).chosen().because, "it is usual here");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn trials_say_what_each_schedule_took() {
    let gpu = gpu();
    let mut engine = engine(&gpu, None);
    engine.run(40, &mut |_| ()).unwrap();
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = told.clone();
    engine.on_schedule(move |chosen| kept.lock().unwrap().push(chosen.clone()));
    let chosen = engine.try_all(100).unwrap();
    assert_eq!((&*told.lock().unwrap(), engine.chosen()), (&vec![chosen.clone()], &chosen));
    assert!(chosen.trials.iter().all(|trial| trial.ns_per_step.is_some_and(|ns| ns > 0.0)), "{chosen:?}");
    let tried = chosen.trials.len();
    assert!(tried > 1 && chosen.because == format!("it is the fastest of {tried} that were tried"), "{chosen:?}");
    // The run goes on as if nothing had been tried.
    let mut plain = self::engine(&gpu, None);
    plain.run(140, &mut |_| ()).unwrap();
    engine.run(140 - engine.step(), &mut |_| ()).unwrap();
    assert!(engine.state().unwrap() == plain.state().unwrap());
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn who_listens_to_one_engine_hears_of_the_next() {
    let gpu = gpu();
    let (mut first, mut next) = (engine(&gpu, None), engine(&gpu, None));
    let (tell, heard) = std::sync::mpsc::channel();
    first.on_schedule(move |chosen| tell.send(chosen.clone()).unwrap());
    next.tell_as(&mut first);
    let hour = Some(Duration::from_secs(3600));
    next.budgets.replace([None, None, hour, hour, hour].into());
    next.run(1000, &mut |_| ()).unwrap();
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [next.chosen().clone()]);
}

/// Trials are made from the beginning of a stretch on and end with it, and what they do is not counted.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn trials_change_no_look() {
    let gpu = gpu();
    let network = network().until(Until::rate_at_least("cells", 0.0.hz()).over(15.0.ms()));
    let options = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Arc::new(Plan::lower(&network, &options).unwrap());
    let options = EngineOptions { windows_per_submission: Some(64), ..EngineOptions::default() };
    let mut plain = Engine::new(&gpu, plan.clone(), &options).unwrap();
    let expected = plain.run(1000, &mut |_| ()).unwrap();
    let mut engine = Engine::new(&gpu, plan, &options).unwrap();
    let hour = Some(Duration::from_secs(3600));
    engine.budgets.replace([hour, hour].into());
    let found = engine.run(1000, &mut |_| ()).unwrap();
    assert!(!engine.chosen().trials.is_empty());
    assert_eq!((found.steps, &found), (150, &expected));
    let spikes = (0..3).map(|item| found.populations[0].spikes.of_item(item).count() as u64);
    assert_eq!(
        engine.watch.stopped().iter().map(|stopped| stopped.spikes).collect::<Vec<_>>(),
        spikes.collect::<Vec<_>>()
    );
    assert_eq!(engine.watch.stopped(), plain.watch.stopped());
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_was_learnt_stays_when_weights_are_others() {
    let gpu = gpu();
    let options = EngineOptions::default();
    let of = |net: &Network| {
        let lower = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
        Arc::new(Plan::lower(net, &lower).unwrap())
    };
    let mut net = network();
    let mut engine = Engine::new(&gpu, of(&net), &options).unwrap();
    // Before anything was tried, nothing is known.
    assert_eq!(engine.after(&gpu, of(&net), &options).unwrap().chosen().because, "it is usual here");
    let mut recording = engine.plan.outline(0, 10).unwrap();
    engine.try_schedules(10, Duration::from_secs(3600), &mut recording, &mut |_| ()).unwrap();
    let skipped = Trial { skipped: Some("too short".to_owned()), ..Trial::of("other:1".to_owned()) };
    net.set("projection[0].weight", "0.3 mV").unwrap();
    let same = engine.after(&gpu, of(&net), &options).unwrap();
    assert_eq!((same.chosen(), same.tuning.name()), (engine.chosen(), engine.tuning.name()));
    assert_eq!((same.choice.open, engine.choice.open), (false, false));
    // What there was no time for is tried later.
    engine.choice.open = true;
    engine.choice.chosen.trials.push(skipped);
    assert!(engine.after(&gpu, of(&net), &options).unwrap().choice.open);
    // Twice as many synapses, and more, are another network.
    net.projections[0].connect = Connect::fixed_outdegree(50);
    assert_eq!(engine.after(&gpu, of(&net), &options).unwrap().chosen().because, "it is usual here");
}
