import { z } from 'zod'

const header = z.string().regex(/^(\*|[A-Za-z0-9-]{1,1024})$/, 'must be the name of a header, or *')
const origin = z
  .string()
  .max(253)
  .regex(/^(\*|https?:\/\/[A-Za-z0-9.:*-]+)$/, 'must be an origin such as https://example.com, or *')

// AWS Lambda API reference, Cors.
const cors = z.strictObject({
  allowOrigins: z.array(origin).min(1).max(100),
  allowMethods: z
    .array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*']))
    .min(1)
    .optional(),
  allowHeaders: z.array(header).min(1).max(100).optional(),
  exposeHeaders: z.array(header).min(1).max(100).optional(),
  allowCredentials: z.boolean().optional(),
  maxAge: z.number().int().min(0).max(86_400).optional().describe('Seconds'),
})

/** The schema of a function's own URL. */
export const functionUrl = z.strictObject({
  authType: z
    .enum(['AWS_IAM', 'NONE'])
    .default('AWS_IAM')
    .describe('Who may call it: who has the right to in IAM, or everybody'),
  invokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).default('BUFFERED'),
  cors: cors.optional(),
})
