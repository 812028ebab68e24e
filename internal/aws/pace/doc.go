// Package pace keeps calls within the rates of AWS, once AWS has refused one.
package pace
