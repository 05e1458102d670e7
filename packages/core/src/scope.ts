import { AskedAround } from "./asked-around.ts";
import { type AuditContext, type AuditUser, type Identity, noContext } from "./audit-context.ts";
import type { AuditProblem } from "./audit-error.ts";
import { boundedFacts } from "./entry/bounded-facts.ts";
import {
  joinedLayers,
  type MetadataLayer,
  metadataLayer,
  metadataOf,
  noMetadata,
} from "./entry/bounded-metadata.ts";
import { boundedText } from "./entry/bounded-text.ts";
import type { Attribution, JsonObject, RequestFacts } from "./entry/entry.ts";
import { identifierOf } from "./entry/identifier.ts";
import type { Fetch } from "./fetch.ts";
import { userFunction, userUnresolved } from "./user-answer.ts";

/** What a scope needs of its log. */
export interface ScopeSetting {
  readonly fetchFor: (scope: AuditScope) => Fetch;
  readonly onProblem: (problem: AuditProblem) => void;
}

const mostNested = 32;

/** How many scopes this process has made. */
let made = 0;

/** The scopes whose user functions run around this work. */
const asking = new AskedAround<AuditScope>();

/** One stretch of work (a request, a job) and everything its calls have in common. */
export class AuditScope {
  readonly #context: AuditContext;
  readonly #parent: AuditScope | null;
  readonly #depth: number;
  readonly #setting: ScopeSetting;
  #fetch: Fetch | null = null;
  #tags: MetadataLayer = noMetadata;
  #known: Identity | Promise<Identity> | null = null;
  #name = `${++made}`;

  /** Made by {@link AuditLog.newScope}. */
  constructor(context: AuditContext, parent: AuditScope | null, setting: ScopeSetting) {
    this.#context = context;
    // Work that plans its next round from inside itself nests without end.
    this.#parent = parent && parent.#depth >= mostNested ? parent.#flattened(setting) : parent;
    this.#depth = this.#parent ? this.#parent.#depth + 1 : 0;
    this.#setting = setting;
  }

  /** Audited fetch bound to this scope: for SDKs other than `openai`, and for code that loses the async context. */
  get fetch(): Fetch {
    this.#fetch ??= this.#setting.fetchFor(this);
    return this.#fetch;
  }

  /**
   * This scope, with more metadata for some of its calls. Whatever else scopes tell apart (which call an attempt repeats, which a
   * turn goes on with), it is one scope with this one.
   */
  with(metadata: Readonly<Record<string, unknown>>): AuditScope {
    const scope = new AuditScope({ metadata }, this, this.#setting);
    scope.#name = this.#name;
    return scope;
  }

  /** Tells this scope from all others of the process. What {@link with} makes of it has its name. */
  get name(): string {
    return this.#name;
  }

  /** Adds metadata to every entry written from now on. */
  tag(metadata: Readonly<Record<string, unknown>>): void {
    this.#tags = joinedLayers(this.#tags, metadataLayer(metadata));
  }

  /** The metadata of this scope and those around it, bounded. */
  metadata(): JsonObject {
    return metadataOf(this.metadataLayer());
  }

  /** The same before the last bound, for an event that adds its own. */
  metadataLayer(): MetadataLayer {
    const around = this.#parent?.metadataLayer() ?? noMetadata;
    return joinedLayers(around, metadataLayer(this.#says("metadata")), this.#tags);
  }

  /** The incoming request, as far as it is known by now. */
  request(): RequestFacts | null {
    try {
      const facts = this.#context.request?.();
      return facts ? boundedFacts(facts) : (this.#parent?.request() ?? null);
    } catch {
      return null;
    }
  }

  /** Whether this is the work of the function that finds the user: who waits for its answer here waits for himself. */
  get isFindingUser(): boolean {
    for (let scope: AuditScope | null = this; scope; scope = scope.#parent) {
      if (asking.has(scope)) return true;
      // Who is named inside is waited for by nobody around.
      if (scope.#says("userId") !== undefined || scope.#says("user")) return false;
    }
    return false;
  }

  /** Who the calls are made for: at once where nobody need be asked. Never rejects. */
  identity(): Identity | Promise<Identity> {
    if (this.#known) return this.#known;
    try {
      const { userId, user } = this.#context;
      if (userId !== undefined) return this.#named(userId);
      return user ? this.#asked(user) : this.#inherited();
    } catch (cause) {
      return this.#unresolved(cause);
    }
  }

  #named(userId: NonNullable<AuditContext["userId"]> | null): Identity {
    const id = identifierOf(userId);
    if (id === null) return this.#nobody("anonymous");
    const identity = this.#identityOf(id, { how: "authenticated", source: "context" });
    this.#known = identity;
    return identity;
  }

  #asked(user: NonNullable<AuditContext["user"]>): Promise<Identity> {
    let found!: (identity: Promise<Identity>) => void;
    const asked = new Promise<Identity>((resolve) => {
      found = resolve;
    });
    // Before anybody is asked: the application's function may make a call of its own, which would ask again.
    this.#known = asked;
    found(this.#ask(user));
    // Nobody yet is not nobody for ever: authentication may come after the first call.
    void asked.then((identity) => {
      this.#known = identity.attribution.how === "authenticated" ? identity : null;
    });
    return asked;
  }

  /** What this scope says and has inherited by now, in one scope that holds on to no other. */
  #flattened(setting: ScopeSetting): AuditScope {
    const contexts: AuditContext[] = [];
    for (let scope: AuditScope | null = this; scope; scope = scope.#parent) contexts.push(scope.#context);
    const named = contexts.find(({ userId, user }) => userId !== undefined || user);
    const request = contexts.find((context) => context.request)?.request;
    const context: AuditContext = {
      ...(named?.userId !== undefined && { userId: named.userId }),
      ...(named?.user && { user: named.user }),
      ...(request && { request }),
      tenantId: this.#said("tenantId"),
      sessionId: this.#said("sessionId"),
      metadata: this.metadata(),
    };
    return new AuditScope(context, null, setting);
  }

  async #ask(user: NonNullable<AuditContext["user"]>): Promise<Identity> {
    try {
      const answer = await asking.answer(this, userFunction(user));
      if (answer === null || answer === undefined || answer === "") return this.#nobody("anonymous");
      const named = typeof answer === "object" ? answer : undefined;
      const id = identifierOf(named ? named.id : answer);
      // Somebody is there; to call that nobody would be false.
      if (id === null) throw new TypeError("The user function gave neither an id nor { id }.");
      const source = boundedText(named?.source) ?? "user()";
      return this.#identityOf(id, { how: "authenticated", source }, named);
    } catch (cause) {
      return this.#unresolved(cause);
    }
  }

  #unresolved(cause: unknown): Identity {
    this.#setting.onProblem(userUnresolved(cause));
    return this.#nobody("unresolved");
  }

  #inherited(): Identity | Promise<Identity> {
    const around = this.#parent?.identity() ?? noContext;
    return around instanceof Promise ? around.then((identity) => this.#from(identity)) : this.#from(around);
  }

  /** Who somebody around this scope is inside it. */
  #from(identity: Identity): Identity {
    // In a request, that nobody is known means that nobody was logged in.
    const isRequest = this.#says("request") !== undefined;
    if (isRequest && identity.attribution.how === "no_context") return this.#nobody("anonymous");
    return this.#withOwnTenant(identity);
  }

  #nobody(how: "anonymous" | "no_context" | "unresolved"): Identity {
    return this.#identityOf(null, { how, source: null });
  }

  #identityOf(user_id: string | null, attribution: Attribution, user?: AuditUser): Identity {
    return {
      user_id,
      attribution,
      tenant_id: identifierOf(user?.tenantId) ?? this.#said("tenantId"),
      session_id: identifierOf(user?.sessionId) ?? this.#said("sessionId"),
    };
  }

  // What a context says holds for everything inside it; what came with a user belongs to that user.
  #said(name: "tenantId" | "sessionId"): string | null {
    return identifierOf(this.#says(name)) ?? (this.#parent ? this.#parent.#said(name) : null);
  }

  #withOwnTenant(identity: Identity): Identity {
    return {
      ...identity,
      tenant_id: identifierOf(this.#says("tenantId")) ?? identity.tenant_id,
      session_id: identifierOf(this.#says("sessionId")) ?? identity.session_id,
    };
  }

  /** A context may be an object of the application's own, whose getters fail: then it does not say. */
  #says<Name extends keyof AuditContext>(name: Name): AuditContext[Name] | undefined {
    try {
      return this.#context[name];
    } catch {
      return undefined;
    }
  }
}
