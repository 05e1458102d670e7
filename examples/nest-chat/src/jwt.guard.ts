import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from "@nestjs/common";
import { JwtService } from "@nestjs/jwt";

/** Lets in whoever brings a valid token, and says who it is in `request.user`. */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest();
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    try {
      request.user = await this.jwt.verifyAsync(token ?? "");
      return true;
    } catch {
      throw new UnauthorizedException("Log in first.");
    }
  }
}
