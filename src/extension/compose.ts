import { networkInterfaces } from "node:os";
import * as vscode from "vscode";
import { systemClock, systemWallMs } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { countedChat } from "../chat/countedChat.ts";
import { AskAhead } from "../completion/askAhead.ts";
import { Completer } from "../completion/completer.ts";
import { Syntax } from "../completion/syntax/syntax.ts";
import { LatencyRecorder } from "../latency/latencyRecorder.ts";
import { Activity } from "./activity.ts";
import { AdmissionDesk } from "./admission.ts";
import { ChangeWatcher } from "./changeWatcher.ts";
import { registerChat } from "./chat/registerChat.ts";
import { registerCommands } from "./commands.ts";
import { Configuration } from "./configuration.ts";
import { DocumentFeed } from "./documentFeed.ts";
import { FarEnd } from "./farEnd.ts";
import { FileRules } from "./fileRules.ts";
import { GhostText } from "./ghostText.ts";
import { shippedGrammars } from "./grammars.ts";
import { InlineProvider } from "./inlineProvider.ts";
import { openLatency } from "./latency/openLatency.ts";
import { NetworkWatch } from "./networkWatch.ts";
import { Notices } from "./notices.ts";
import { OutputLog } from "./outputLog.ts";
import { Pause } from "./pause.ts";
import { ProjectChanges } from "./projectChanges.ts";
import { secretsInUse } from "./secretNames.ts";
import { Secrets } from "./secrets.ts";
import { LastRequest } from "./sent/lastRequest.ts";
import { askedBy, openSent } from "./sent/openSent.ts";
import { StatusBar } from "./statusBar.ts";
import { StoredHosts } from "./storedHosts.ts";
import { TestRecord, type TestView } from "./testView.ts";

/** Everything one window has, wired; disposing it ends the child, the sockets and every listener. */
export interface Composition extends Disposable {
  /** Only in test mode. */
  readonly testView: TestView | undefined;
}

/** The composition root: reads from top to bottom, from what depends on nothing to what people see. */
export function compose(context: vscode.ExtensionContext): Composition {
  const store = new DisposableStore();
  const clock = systemClock;
  const isTest = context.extensionMode === vscode.ExtensionMode.Test;
  const log = store.add(new OutputLog(isTest));
  const secrets = new Secrets(context.secrets);
  const configuration = store.add(new Configuration());
  const settings = () => configuration.settings;
  const rules = store.add(new FileRules(clock));
  const storage = context.workspaceState; // of this window's folders: another window is not paused with it
  const pause = store.add(new Pause({ clock, wallNowMs: systemWallMs, storage }));
  const admission = store.add(new AdmissionDesk(settings, rules, pause));
  const activity = store.add(new Activity(log));

  const { version } = context.extension.packageJSON as { version: string };
  const feed = store.add(new DocumentFeed());
  const traffic = { upBytes: 0, downBytes: 0 };
  const lastRequest = new LastRequest(traffic, systemWallMs);
  store.add(
    feed.documents.onEvent((event) => {
      lastRequest.followed(event);
    }),
  );
  const farEnd = store.add(
    new FarEnd({
      documents: feed.documents,
      extensionFolder: context.extensionPath,
      client: `slipstream/${version}`,
      settings,
      secrets,
      blockedHosts: new StoredHosts(context.globalState),
      traffic,
      onSaid: (message) => {
        lastRequest.said(message);
      },
      clock,
      log,
    }),
  );
  const syntax = store.add(new Syntax(shippedGrammars(context.extensionPath, log)));
  const completer = store.add(
    new Completer({
      source: farEnd.source,
      clock,
      draftPatienceMs: farEnd.draftPatienceMs,
      hasDrafts: farEnd.hasDrafts,
      maySpeculate: () => settings().speculation,
      syntaxOf: (languageId) => syntax.view(languageId),
    }),
  );
  const askAhead = store.add(new AskAhead(clock));
  const ghostText = new GhostText();
  const { link, gateways, process: child } = farEnd;
  const roundTripMs = () => link.roundTripMs;
  const upstream = () => (link.state.kind === "ready" ? link.state.welcome.upstream : "");
  const recorder = store.add(
    new LatencyRecorder({
      clock,
      wallMs: systemWallMs,
      traffic: () => traffic,
      roundTripMs,
      upstream,
      // A team's gateway does not say whether it may interrupt.
      interrupts: () => !farEnd.isHosted && settings()["upstream.interrupts"],
    }),
  );
  const isHosted = () => farEnd.isHosted;
  const { hasDrafts } = farEnd;
  const notices = new Notices(isHosted);
  const facts = { admission, activity, configuration, recorder, isHosted, link, gateways };
  const statusBar = store.add(new StatusBar({ ...facts, child, askAhead, clock }));
  const prices = () => settings().prices;
  const { onChange: onPrices } = configuration;
  const latencyPanel = store.add(
    openLatency(context, { recorder, prices, onPrices, roundTripMs, clock }),
  );

  const sent = store.add(openSent({ lastRequest, child, admission, isHosted, link, clock }));

  const watch = store.add(
    new NetworkWatch({
      clock,
      wallNowMs: systemWallMs,
      interfaces: networkInterfaces,
      onSuspicion: (reason) => {
        log.info(`${reason}: a hosted gateway's link is tried`);
        farEnd.suspect();
        pause.check();
      },
    }),
  );
  store.add(
    vscode.window.onDidChangeWindowState(({ focused }) => {
      watch.focused(focused);
    }),
  );

  const record = isTest ? new TestRecord() : undefined;

  const reconnect = (how?: { readonly isFirstAlone: boolean }) => {
    notices.reset();
    activity.forgetFailure();
    completer.forgetAll();
    lastRequest.left();
    farEnd.restart(how);
  };
  // What is forbidden, paused or turned off meanwhile; where new rules are still to be found out, all.
  const leaveUnadmitted = () => {
    const isLeft = (document: vscode.TextDocument) =>
      admission.known(document)?.isAdmitted !== true;
    const left = feed.leave(isLeft);
    for (const key of left) completer.cancel(key, "paused or turned off");
    void ghostText.hide(left, admission);
  };
  store.add(
    registerCommands({
      ...{ pause, activity, completer, log, secrets, settings, reconnect },
      showLatency: () => latencyPanel.show(),
      showSent: () => sent.show(),
    }),
  );
  // Loaded when they are asked for: the window starts without them.
  store.add(
    vscode.commands.registerCommand("slipstream.reportProblem", async () => {
      const { reportProblem } = await import("./onDemand.ts");
      await reportProblem({ configuration, secrets, activity, link, version });
    }),
  );
  const { documents } = feed;
  store.add(
    vscode.commands.registerCommand("slipstream.connectModel", async (given: unknown) => {
      const { connectModel } = await import("./onDemand.ts");
      const ports = isTest && Array.isArray(given) ? (given as number[]) : undefined;
      const asked = { link, documents, clock };
      await connectModel({ ...asked, configuration, secrets, reconnect, log, ports });
    }),
  );
  store.add(
    completer.onReport((report) => {
      record?.report(report);
      activity.report(report);
      recorder.answered(report);
    }),
  );
  store.add(
    completer.onOutdated((state) => {
      void ghostText.update(state);
    }),
  );
  store.add(
    completer.onRequestEnd((report) => {
      record?.requestEnded(report);
      activity.requestEnded(report);
      recorder.ended(report);
      if (!report.failure) return;
      activity.failed(report.failure);
      notices.tell(report.failure);
    }),
  );
  store.add(
    completer.onRequest((begin) => {
      lastRequest.began(begin, askedBy(begin, { isHosted, hasDrafts, link, child }));
      recorder.requested(begin);
    }),
  );
  store.add(
    completer.onTaken((report) => {
      if (report.isNew) activity.shown();
      recorder.taken(report);
    }),
  );
  store.add(
    completer.onCancel((report) => {
      recorder.cancelled(report);
    }),
  );
  store.add(
    completer.onBusy((isBusy) => {
      statusBar.setBusy(isBusy);
    }),
  );
  store.add(
    link.onState((state) => {
      const failure = "failure" in state ? state.failure : undefined;
      log.info(`link ${state.kind}${failure ? `: ${failure.code}, ${failure.message}` : ""}`);
      if (failure) {
        activity.failed(failure);
        notices.tell(failure);
      }
      if (state.kind === "ready") activity.linkReady();
    }),
  );
  store.add(child.onLearnedShare(completer.learned));
  store.add(
    child.onLeftAlone((failure) => {
      notices.tell(failure);
    }),
  );
  store.add(
    secrets.onChange((name) => {
      if (secretsInUse(settings()).has(name)) reconnect();
    }),
  );
  store.add(
    new ProjectChanges(clock, rules, (paths) => {
      farEnd.process.changed(paths);
    }),
  );
  store.add(admission.onChange(leaveUnadmitted));
  store.add(
    configuration.onChange(({ isFarEndChanged, isEngineChanged }) => {
      if (isFarEndChanged) reconnect();
      else if (isEngineChanged) {
        completer.forgetAll(); // the drafts are other ones now
        farEnd.process.tellDrafting();
      }
      if (configuration.failure) notices.tell(configuration.failure);
      leaveUnadmitted();
    }),
  );
  store.add(
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      farEnd.process.restart();
    }),
  );
  if (configuration.failure) notices.tell(configuration.failure);

  const parts = { completer, askAhead, admission, feed, clock, ghostText };
  const onRefused = (reason: string) => {
    record?.refuse(reason);
    activity.refuse(reason);
  };
  const loadGrammar = (languageId: string) => void syntax.loaded(languageId);
  store.add(new ChangeWatcher({ ...parts, farEnd, loadGrammar }));
  store.add(
    vscode.languages.registerInlineCompletionItemProvider(
      { pattern: "**" },
      new InlineProvider({ ...parts, onRefused }),
    ),
  );
  const source = countedChat(farEnd.chat, {
    began: () => {
      lastRequest.chatBegan();
    },
    ended: (end) => {
      recorder.chatEnded(end);
    },
  });
  const setUp = () => vscode.commands.executeCommand("slipstream.connectModel");
  store.add(registerChat({ context, source, link, isHosted, rules, clock, setUp }));
  return {
    testView: record && {
      logLines: () => log.lines,
      reports: () => record.reports,
      requests: () => record.requests,
      isFollowed: (uri) => feed.documents.get(uri.toString()) !== undefined,
      refusals: () => record.refusals,
      link: () => link.state,
      connectionCount: () => link.connectionCount,
      status: () => statusBar.shown,
      gateway: () => farEnd.process.running(new AbortController().signal),
    },
    dispose: () => {
      store.dispose();
    },
  };
}
