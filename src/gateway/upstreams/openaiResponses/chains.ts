import type { ChatQuestion, ChatTurn } from "../../../wire/chat.ts";
import type { Connection } from "./connection.ts";
import type { Lane } from "./lane.ts";

/** A conversation as the server has it: it goes on from its last response on the lane of that. */
interface Chain {
  readonly conversation: string;
  readonly instructions: string;
  /** All turns, the answer last. */
  readonly turns: readonly ChatTurn[];
  readonly responseId: string;
}

/** Where to ask a question, and what of it the server does not have yet. */
export interface ChatPlace {
  readonly lane: Lane;
  readonly previousId: string | undefined;
  readonly newTurns: readonly ChatTurn[];
}

/** Which conversation each lane has last carried. What it knows of a connection ends with that. */
export class Chains {
  readonly #byLane = new WeakMap<Lane, Chain>();
  readonly #usedAt = new WeakMap<Lane, number>();
  #uses = 0;

  /**
   * The lane that has carried the conversation, where the question is that, word for word, and more turns; else the idle
   * lane that was used the longest ago, and all turns. Undefined while none is idle.
   */
  place(connections: readonly Connection[], question: ChatQuestion): ChatPlace | undefined {
    const age = (lane: Lane) => this.#usedAt.get(lane) ?? 0;
    const idle = connections
      .flatMap((connection) => connection.lanes)
      .filter((lane) => lane.isIdle)
      .sort((a, b) => age(a) - age(b));
    for (const lane of idle) {
      const chain = this.#byLane.get(lane);
      if (chain && goesOn(chain, question)) {
        const newTurns = question.turns.slice(chain.turns.length);
        return { lane, previousId: chain.responseId, newTurns };
      }
    }
    const [lane] = idle;
    return lane && { lane, previousId: undefined, newTurns: question.turns };
  }

  /** What runs on the lane now takes the place of what it had. */
  begin(lane: Lane): void {
    this.#byLane.delete(lane);
    this.#usedAt.set(lane, ++this.#uses);
  }

  /** The lane has answered a question to its end. */
  end(lane: Lane, question: ChatQuestion, answer: string, responseId: string): void {
    const { conversation, instructions } = question;
    const turns: ChatTurn[] = [...question.turns, { role: "assistant", text: answer }];
    this.#byLane.set(lane, { conversation, instructions, turns, responseId });
  }
}

/** The rule for sending less: all that the server has is what the question begins with. */
function goesOn(chain: Chain, question: ChatQuestion): boolean {
  return (
    chain.conversation === question.conversation &&
    chain.instructions === question.instructions &&
    question.turns.length > chain.turns.length &&
    chain.turns.every((turn, index) => {
      const other = question.turns[index];
      return turn.role === other?.role && turn.text === other.text;
    })
  );
}
