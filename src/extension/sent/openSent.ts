import * as vscode from "vscode";
import type { Clock } from "../../base/clock.ts";
import type { RequestBegin } from "../../completion/reports.ts";
import type { LinkState } from "../../link/linkState.ts";
import type { AdmissionDesk } from "../admission.ts";
import type { GatewayProcess } from "../gatewayProcess.ts";
import { t } from "../l10n.ts";
import type { AskedFarEnd, LastRequest } from "./lastRequest.ts";
import { SentDocument } from "./sentDocument.ts";

/** Where the page of what was sent has its facts from. */
export interface PageParts {
  readonly lastRequest: LastRequest;
  readonly child: GatewayProcess;
  readonly admission: AdmissionDesk;
  /** Whether the gateway is on another machine. */
  readonly isHosted: () => boolean;
  readonly link: { readonly state: LinkState };
  readonly clock: Clock;
}

/** The page of what was sent, to be shown when it is asked for. */
export function openSent({
  lastRequest,
  child,
  admission,
  isHosted,
  link,
  clock,
}: PageParts): SentDocument {
  return new SentDocument(async () => {
    const { heldBack, sentText, sentToModel } = await import("../onDemand.ts");
    const request = lastRequest.sent;
    const facts = {
      request,
      early: isHosted() ? { ...lastRequest.early, gateway: gatewayName(link.state) } : undefined,
      model: await sentToModel(request, child),
      heldBack: heldBack(admission, isHosted()),
      language: vscode.env.language,
    };
    return sentText(facts, vscode.l10n);
  }, clock);
}

/** What a request's far end is made out from when it is about to be made. */
export interface FarEndNow {
  readonly isHosted: () => boolean;
  /** Whether a model is asked, here or by a hosted gateway. */
  readonly hasDrafts: () => boolean;
  readonly link: { readonly state: LinkState };
  readonly child: Pick<GatewayProcess, "pid">;
}

/** Who may be asked by a request that is about to be made: the engine alone of a file that git ignores. */
export function askedBy({ snapshot }: RequestBegin, farEnd: FarEndNow): AskedFarEnd {
  const { state } = farEnd.link;
  const mayLeave = !snapshot.isConfined;
  const isHosted = mayLeave && farEnd.isHosted();
  // The one that is linked knows: settings may be other ones already.
  const hasModel = state.kind === "ready" ? state.welcome.upstream !== "" : farEnd.hasDrafts();
  return {
    hostedGateway: isHosted ? gatewayName(state) : undefined,
    mayAskModel: mayLeave && !isHosted && hasModel,
    pid: farEnd.child.pid,
  };
}

const gatewayName = (state: LinkState): string =>
  state.kind === "ready" ? state.welcome.gateway : t("the hosted gateway");
